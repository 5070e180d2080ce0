import { createHash } from 'node:crypto';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { AgentsView } from './agents-view.js';
import { ArchiveRefusal, ArchiveRefused } from './archive-refused.js';
import { ArchiveTree, EntryDigest, type ArchiveEntry } from './archive-tree.js';

export interface ArchiveLimits {
  readonly maxCompressedBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  /** Unpacked to packed. Configurations lie below 20; zeros reach 1000. */
  readonly maxRatio: number;
  /** Whether a configuration has to be in it. */
  readonly mustBeConfiguration: boolean;
}

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxCompressedBytes: 100_000_000,
  maxUnpackedBytes: 500_000_000,
  maxEntries: 50_000,
  maxRatio: 200,
  mustBeConfiguration: true,
};

export interface CheckedArchive {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly entries: number;
  /** The sum of the files' sizes. */
  readonly unpackedBytes: number;
}

/** A small archive may well be mostly padding. */
const RATIO_COUNTS_FROM_BYTES = 10_000_000;
const KINDS: Partial<Record<string, ArchiveEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
};
const CONFIGURATION_FILE = /\.(tf|tofu)(\.json)?$/;

/**
 * Reads an uploaded tar.gz from end to end without keeping it, and throws {@link ArchiveRefused} at the first thing
 * that must not reach an agent, or that no agent could unpack. Agents unpack with another parser than ours, which reads
 * it too: what the two see has to be the same. An error of the stream itself is thrown as it is. The stream is destroyed
 * when the archive is refused, so a request that is still to be answered has to be kept apart from it.
 */
export async function checkArchive(stream: Readable, limits: ArchiveLimits): Promise<CheckedArchive> {
  const contents = new Contents(limits);
  const asUnpacked = new AgentsView();
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let tarBytes = 0;
  const packed = through((chunk) => {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxCompressedBytes) {
      throw new ArchiveRefused(
        ArchiveRefusal.tooLarge,
        `The archive is larger than ${limits.maxCompressedBytes} bytes. Leave out what is not needed, such as .terraform and .git.`,
      );
    }
  });
  const unpacked = through((chunk) => {
    tarBytes += chunk.length;
    // Headers and padding count as well: they are what a bomb of empty files is made of.
    const tooMuch = tarBytes > limits.maxUnpackedBytes;
    const tooDense = tarBytes > RATIO_COUNTS_FROM_BYTES && tarBytes > sizeBytes * limits.maxRatio;
    if (tooMuch || tooDense) {
      const limit = tooMuch ? `${limits.maxUnpackedBytes} bytes` : `${limits.maxRatio} times its packed size`;
      throw new ArchiveRefused(ArchiveRefusal.bomb, `Unpacked, the archive is larger than ${limit}.`);
    }
  });
  const second = through(
    (chunk) => {
      asUnpacked.read(chunk);
    },
    () => {
      asUnpacked.end();
    },
  );
  const gunzip = createGunzip();
  const tar = extract();
  const origin = firstToFail({ stream, gunzip, tar, second });
  tar.on('entry', (header, content, next) => {
    // It fails along with the whole, which the pipeline reports; without a listener that would end the process.
    content.on('error', () => undefined);
    try {
      contents.add(header);
    } catch (error) {
      next(error as Error);
      return;
    }
    if (header.type === 'directory') {
      // One that says a size has no content all the same, and its end would never come.
      next();
      return;
    }
    content.on('end', next);
    content.resume();
  });
  try {
    await pipeline(stream, packed, gunzip, unpacked, second, tar);
  } catch (error) {
    throw error instanceof ArchiveRefused || !['gunzip', 'tar', 'second'].includes(origin())
      ? error
      : notTarGz(error);
  }
  contents.finish();
  if (contents.digest() !== asUnpacked.digest()) {
    throw new ArchiveRefused(
      ArchiveRefusal.notUnpackable,
      'Two readers see different entries in the archive, so it is not unpacked; pack it with another tool, such as: tar czf configuration.tar.gz -C <directory> .',
    );
  }
  const { entries, bytes } = contents;
  return { sha256: hash.digest('hex'), sizeBytes, entries, unpackedBytes: bytes };
}

/** What the entries so far amount to. */
class Contents {
  entries = 0;
  bytes = 0;
  private configured = false;
  private readonly tree = new ArchiveTree();
  private readonly seen = new EntryDigest();

  constructor(private readonly limits: ArchiveLimits) {}

  add(header: Header): void {
    const { name, size } = header;
    this.entries += 1;
    if (this.entries > this.limits.maxEntries) {
      throw new ArchiveRefused(
        ArchiveRefusal.bomb,
        `The archive has more than ${this.limits.maxEntries} entries.`,
      );
    }
    // Null in fact for everything that is no link.
    const target = (header.linkname as string | null) ?? '';
    const entry: ArchiveEntry = {
      path: name,
      kind: KINDS[header.type] ?? 'special',
      target,
      sparse: Object.keys(header.pax ?? {}).some((key) => key.startsWith('GNU.sparse.')),
    };
    this.tree.add(entry);
    this.seen.add(entry);
    if (entry.kind === 'file') {
      this.bytes += size;
      this.configured ||= CONFIGURATION_FILE.test(name);
    }
  }

  digest(): string {
    return this.seen.digest();
  }

  finish(): void {
    if (this.limits.mustBeConfiguration && !this.configured) {
      throw new ArchiveRefused(
        ArchiveRefusal.empty,
        'There is no .tf, .tf.json or .tofu file in the archive. Pack the directory that holds the configuration.',
      );
    }
  }
}

function notTarGz(cause: unknown): ArchiveRefused {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ArchiveRefused(
    ArchiveRefusal.notTarGz,
    `The upload is no complete tar.gz archive (${reason}). Make one with: tar czf configuration.tar.gz -C <directory> .`,
    { cause },
  );
}

/** A pipeline ends all its streams with the error of one; the first to report it is the one that failed. */
function firstToFail(streams: Record<string, NodeJS.EventEmitter>): () => string {
  let first = '';
  for (const [name, stream] of Object.entries(streams)) {
    stream.once('error', () => {
      first ||= name;
    });
  }
  return () => first;
}

/** Passes chunks on after a look at each, and one at the end; what a look throws ends the stream. */
function through(look: (chunk: Buffer) => void, lookAtEnd: () => void = () => undefined): Transform {
  const looked = (look: () => void, done: TransformCallback, chunk?: Buffer): void => {
    try {
      look();
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      looked(
        () => {
          look(chunk);
        },
        done,
        chunk,
      );
    },
    flush(done: TransformCallback) {
      looked(lookAtEnd, done);
    },
  });
}
