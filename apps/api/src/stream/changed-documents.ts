import type { Change } from '@berth/persistence';
import type { DocumentKind, DocumentReaders, Documents } from './document-readers.js';

/** For so long they are as good as new; whoever comes later reads them again. */
const FRESH_MS = 2_000;

interface Read {
  readonly at: number;
  readonly documents: Promise<Documents>;
}

/** The documents of one batch of changes, read when the first stream wants them and once for all. */
export class ChangedDocuments {
  private readonly reads = new Map<DocumentKind, Read>();

  constructor(
    private readonly changes: readonly Pick<Change, 'kind' | 'ref'>[],
    private readonly readers: DocumentReaders,
  ) {}

  async of(kind: DocumentKind): Promise<Documents> {
    const read = this.reads.get(kind);
    if (read !== undefined && Date.now() - read.at < FRESH_MS) {
      return read.documents;
    }
    const refs = this.changes.filter((change) => change.kind === kind).map(({ ref }) => ref);
    const documents = this.readers.read(kind, refs);
    this.reads.set(kind, { at: Date.now(), documents });
    // Kept no longer than they are good for: batches stay, and documents are large.
    const forget = (): void => {
      if (this.reads.get(kind)?.documents === documents) {
        this.reads.delete(kind);
      }
    };
    setTimeout(forget, FRESH_MS).unref();
    documents.catch(forget);
    return documents;
  }
}
