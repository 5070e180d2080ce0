import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

/** 707 MB in pieces of 64 KB would be 11,000 turns of the event loop. */
const READ_BYTES = 1024 * 1024;

/** The hash that terraform writes as `h1:` of a package that is unpacked in a directory. */
export async function packageHash(
  directory: string,
  files: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const sums = new Map<string, string>();
  for (const file of files) {
    sums.set(file, await fileSum(join(directory, file), signal));
  }
  return hash1(sums);
}

/**
 * Hash1 of Go's dirhash, over names (with "/") and SHA-256 sums in hex. Modes and empty directories do not count.
 * https://pkg.go.dev/golang.org/x/mod/sumdb/dirhash#Hash1
 */
export function hash1(sums: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [name, sum] of [...sums].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    hash.update(`${sum}  ${name}\n`);
  }
  return `h1:${hash.digest('base64')}`;
}

/** One hash in its one spelling: terraform compares the text. */
export function isHash1(text: string): boolean {
  const sum = Buffer.from(text.slice('h1:'.length), 'base64');
  return sum.length === 32 && text === `h1:${sum.toString('base64')}`;
}

async function fileSum(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES, signal })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
