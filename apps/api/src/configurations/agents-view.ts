import { Parser, type ReadEntry } from 'tar';
import { ArchiveRefusal, ArchiveRefused, quoted } from './archive-refused.js';
import { ArchiveTree, EntryDigest, type ArchiveEntry } from './archive-tree.js';

const KINDS: Partial<Record<string, ArchiveEntry['kind']>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'directory',
  SymbolicLink: 'symlink',
  Link: 'hardlink',
};

/** The archive as an agent's parser reads it, which takes every remark for an error as agents do. */
export class AgentsView {
  private readonly tree = new ArchiveTree();
  private readonly seen = new EntryDigest();
  private failure: Error | null = null;
  private isBlank = true;
  private readonly parser = new Parser({
    strict: true,
    filter: (_path, entry) => {
      this.add(entry as ReadEntry);
      // Nobody wants its content.
      return false;
    },
  });

  constructor() {
    this.parser.on('error', (error: unknown) => {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  /** @throws ArchiveRefused, or the parser's error */
  read(chunk: Buffer): void {
    this.isBlank &&= chunk.every((byte) => byte === 0);
    this.parser.write(chunk);
    this.throwFailure();
  }

  /** @throws ArchiveRefused, or the parser's error */
  end(): void {
    this.throwFailure();
    this.parser.end();
    if (this.isBlank) {
      // It takes an archive without any entry for none at all.
      throw isEmpty();
    }
    this.throwFailure();
  }

  digest(): string {
    return this.seen.digest();
  }

  private add({ path, type, linkpath = '', mtime }: ReadEntry): void {
    if (this.failure !== null) {
      return;
    }
    try {
      const entry = {
        path,
        kind: KINDS[type] ?? 'special',
        target: linkpath,
        sparse: false,
      } as const;
      this.tree.add(entry);
      this.seen.add(entry);
      if (mtime !== undefined && Number.isNaN(mtime.getTime())) {
        throw new ArchiveRefused(
          ArchiveRefusal.notUnpackable,
          `${quoted(path)} in the archive cannot be unpacked: the time of its last change is none.`,
        );
      }
    } catch (error) {
      this.failure = error as Error;
    }
  }

  private throwFailure(): void {
    if (this.failure !== null) {
      throw this.failure;
    }
  }
}

function isEmpty(): ArchiveRefused {
  return new ArchiveRefused(
    ArchiveRefusal.empty,
    'There is nothing in the archive. Pack the directory that holds the files.',
  );
}
