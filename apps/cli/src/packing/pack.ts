import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Header, type Pack } from 'tar-stream';
import { WrongUse } from '../failures.js';
import type { Entry } from './collect.js';

export interface Archive {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface PackOptions {
  readonly signal?: AbortSignal;
  /** The archive is given up as soon as it is larger. */
  readonly maxBytes: number;
  /** Told how much has been read of the files. */
  readonly onRead?: (bytes: number) => void;
}

/** The archive is larger than the api takes. */
export class ArchiveTooLarge extends Error {
  override readonly name = 'ArchiveTooLarge';
}

/**
 * Writes the entries to a tar.gz. The same files make the same bytes wherever and whenever they are packed, for the archive
 * is known by its digest: no owner, no time, of the mode only whether it can be run. @throws ArchiveTooLarge, WrongUse
 */
export async function packEntries(
  entries: readonly Entry[],
  path: string,
  options: PackOptions,
): Promise<Archive> {
  const hash = createHash('sha256');
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(
        bytes > options.maxBytes ? new ArchiveTooLarge(`more than ${options.maxBytes} bytes`) : null,
        chunk,
      );
    },
  });
  const tar = pack();
  const writing = writeEntries(tar, entries, options).catch((error: unknown) => {
    tar.destroy(error as Error);
    throw error;
  });
  // What goes wrong on either side ends the other one; the first reason is the one that counts.
  const sending = pipeline(tar, createGzip(), count, createWriteStream(path, { mode: 0o600 }), {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const [written, sent] = await Promise.allSettled([writing, sending]);
  options.signal?.throwIfAborted();
  if (sent.status === 'rejected' && sent.reason instanceof ArchiveTooLarge) {
    throw sent.reason;
  }
  for (const outcome of [written, sent]) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
  return { path, sha256: hash.digest('hex'), bytes };
}

async function writeEntries(tar: Pack, entries: readonly Entry[], options: PackOptions): Promise<void> {
  for (const entry of entries) {
    if (entry.kind === 'file') {
      await writeFile(tar, entry, options.onRead);
    } else {
      tar.entry(headersOf(entry));
    }
  }
  tar.finalize();
}

function headersOf(entry: Exclude<Entry, { kind: 'file' }>): Partial<Header> & { name: string } {
  const { name } = entry;
  return entry.kind === 'link'
    ? { ...PLAIN, name, type: 'symlink', linkname: entry.target, mode: 0o777 }
    : { ...PLAIN, name: `${name}/`, type: 'directory', mode: 0o755 };
}

const PLAIN = { mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' };

async function writeFile(
  tar: Pack,
  { name, path, bytes, executable }: Extract<Entry, { kind: 'file' }>,
  onRead: PackOptions['onRead'],
): Promise<void> {
  const mode = executable ? 0o755 : 0o644;
  const sink = tar.entry({ ...PLAIN, name, size: bytes, mode });
  if (bytes === 0) {
    sink.end(Buffer.alloc(0));
    return;
  }
  let read = 0;
  // No more than was there when it was measured: a file that grows meanwhile has its first part packed.
  const source = createReadStream(path, { end: bytes - 1 });
  source.on('data', (chunk) => {
    read += chunk.length;
    onRead?.(chunk.length);
  });
  try {
    await pipeline(source, sink);
  } catch (error) {
    throw read < bytes && source.readableEnded ? changed(name) : unreadable(name, error);
  }
  if (read < bytes) {
    throw changed(name);
  }
}

function changed(name: string): WrongUse {
  return new WrongUse(`${name} became shorter while it was packed: try again when nothing writes to it`);
}

function unreadable(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'ENOENT'
    ? new WrongUse(`${name} cannot be packed: ${message}`)
    : error;
}
