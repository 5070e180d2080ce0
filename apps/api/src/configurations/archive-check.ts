import { createHash } from 'node:crypto';
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';

export const ArchiveRefusal = {
  notTarGz: 'ARCHIVE_NOT_TAR_GZ',
  escapesRoot: 'ARCHIVE_ESCAPES_ROOT',
  tooLarge: 'ARCHIVE_TOO_LARGE',
  bomb: 'ARCHIVE_BOMB',
  specialFile: 'ARCHIVE_SPECIAL_FILE',
  empty: 'ARCHIVE_EMPTY',
} as const;
export type ArchiveRefusal = (typeof ArchiveRefusal)[keyof typeof ArchiveRefusal];

/** An upload that no agent is to unpack; the message is for whoever uploaded it. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';

  constructor(
    readonly code: ArchiveRefusal,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface ArchiveLimits {
  readonly maxCompressedBytes: number;
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  /** Unpacked to packed. Configurations lie below 20; zeros reach 1000. */
  readonly maxRatio: number;
}

export const DEFAULT_ARCHIVE_LIMITS: ArchiveLimits = {
  maxCompressedBytes: 100_000_000,
  maxUnpackedBytes: 500_000_000,
  maxEntries: 50_000,
  maxRatio: 200,
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
/** Longer than any file system takes; it keeps the work for one entry small. */
const MAX_PATH_LENGTH = 4_096;
const MAX_DEPTH = 100;
const CONFIGURATION_FILE = /\.(tf|tofu)(\.json)?$/;

/**
 * Reads an uploaded tar.gz from end to end without keeping it, and throws {@link ArchiveRefused} at the first thing
 * that must not reach an agent. An error of the stream itself is thrown as it is. The stream is destroyed when the
 * archive is refused, so a request that is still to be answered has to be kept apart from it.
 */
export async function checkArchive(stream: Readable, limits: ArchiveLimits): Promise<CheckedArchive> {
  const contents = new Contents(limits);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let tarBytes = 0;
  const packed = through((chunk) => {
    hash.update(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxCompressedBytes) {
      throw new ArchiveRefused(
        ArchiveRefusal.tooLarge,
        `The archive is larger than ${limits.maxCompressedBytes} bytes. Leave out what terraform does not need, such as .terraform and .git.`,
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
  const gunzip = createGunzip();
  const tar = extract();
  const origin = firstToFail({ stream, gunzip, tar });
  tar.on('entry', (header, content, next) => {
    // It fails along with the whole, which the pipeline reports; without a listener that would end the process.
    content.on('error', () => undefined);
    try {
      contents.add(header);
    } catch (error) {
      next(error as Error);
      return;
    }
    content.on('end', next);
    content.resume();
  });
  try {
    await pipeline(stream, packed, gunzip, unpacked, tar);
  } catch (error) {
    throw error instanceof ArchiveRefused || !['gunzip', 'tar'].includes(origin()) ? error : notTarGz(error);
  }
  contents.finish();
  const { entries, bytes } = contents;
  return { sha256: hash.digest('hex'), sizeBytes, entries, unpackedBytes: bytes };
}

/** What the entries so far amount to, and where their links lie. */
class Contents {
  entries = 0;
  bytes = 0;
  private configured = false;
  private readonly links = new Set<string>();
  private readonly parents = new Set<string>();

  constructor(private readonly limits: ArchiveLimits) {}

  add(header: Header): void {
    const { name, type, size } = header;
    // Null in fact for everything that is no link.
    const target = (header.linkname as string | null) ?? '';
    this.entries += 1;
    if (this.entries > this.limits.maxEntries) {
      throw new ArchiveRefused(
        ArchiveRefusal.bomb,
        `The archive has more than ${this.limits.maxEntries} entries.`,
      );
    }
    const path = insidePath(name, name, 'its path leads');
    if (name.length > MAX_PATH_LENGTH || path.length > MAX_DEPTH) {
      throw new ArchiveRefused(ArchiveRefusal.bomb, `${quoted(name)} in the archive is nested too deeply.`);
    }
    this.refuseThroughLink(path, name);
    switch (type) {
      case 'file':
      case 'contiguous-file':
        this.bytes += size;
        this.configured ||= CONFIGURATION_FILE.test(name);
        break;
      case 'directory':
        break;
      case 'symlink':
        checkSymlink(target, path.length - 1, name);
        this.addLink(path, name);
        break;
      case 'link':
        // One name more, so that the linked file itself may not be a symlink either.
        this.refuseThroughLink([...insidePath(target, name, 'it links'), ''], name);
        break;
      case 'block-device':
      case 'character-device':
      case 'fifo':
      default:
        throw new ArchiveRefused(
          ArchiveRefusal.specialFile,
          `${quoted(name)} in the archive is a device, a pipe or of a kind of its own; only files, directories and links are taken.`,
        );
    }
    this.addParents(path);
  }

  finish(): void {
    if (!this.configured) {
      throw new ArchiveRefused(
        ArchiveRefusal.empty,
        'There is no .tf, .tf.json or .tofu file in the archive. Pack the directory that holds the configuration.',
      );
    }
  }

  /** Whatever is unpacked below a link lands where the link points. */
  private refuseThroughLink(path: readonly string[], name: string): void {
    for (let length = 1; length < path.length && this.links.size > 0; length += 1) {
      const parent = path.slice(0, length).join('/');
      if (this.links.has(parent)) {
        throw escapes(name, `it lies behind the link ${quoted(parent)}`);
      }
    }
  }

  private addParents(path: readonly string[]): void {
    for (let length = path.length - 1; length > 0; length -= 1) {
      const parent = path.slice(0, length).join('/');
      if (this.parents.has(parent)) {
        return;
      }
      this.parents.add(parent);
    }
  }

  private addLink(path: readonly string[], name: string): void {
    const link = path.join('/');
    if (this.parents.has(link)) {
      throw escapes(name, 'it is a link in the place of a directory');
    }
    this.links.add(link);
  }
}

/** The names of a path that stays inside; "" and "." name the root itself. */
function insidePath(path: string, entry: string, what: string): string[] {
  const names = namesOf(path);
  if (path === '' || path.startsWith('/') || path.includes('\0') || names.includes('..')) {
    throw escapes(entry, `${what} out of the archive${path === entry ? '' : ` (${quoted(path)})`}`);
  }
  return names;
}

/**
 * A symlink may climb first and then descend (`../../modules/x`), and never climb after a name: what the name stands
 * for may be a link elsewhere, and ".." then leads out of there.
 */
function checkSymlink(target: string, depth: number, entry: string): void {
  const names = namesOf(target);
  const firstName = names.findIndex((name) => name !== '..');
  const climbs = firstName === -1 ? names.length : firstName;
  const odd = target === '' || target.startsWith('/') || target.includes('\0');
  if (odd || climbs > depth || names.slice(climbs).includes('..')) {
    throw escapes(entry, `it links out of the archive (${quoted(target)})`);
  }
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function escapes(entry: string, reason: string): ArchiveRefused {
  return new ArchiveRefused(
    ArchiveRefusal.escapesRoot,
    `${quoted(entry)} in the archive is refused: ${reason}.`,
  );
}

function notTarGz(cause: unknown): ArchiveRefused {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ArchiveRefused(
    ArchiveRefusal.notTarGz,
    `The upload is no complete tar.gz archive (${reason}). Make one with: tar czf configuration.tar.gz -C <directory> .`,
    { cause },
  );
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text);
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

/** Passes chunks on after a look at each; what the look throws ends the stream. */
function through(look: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        look(chunk);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
}
