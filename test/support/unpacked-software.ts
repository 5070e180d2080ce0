import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { canUnpackPackages, unpackedName, unpackPackages, type DebianSoftware } from '@berth/private-servers';

interface Wanted {
  readonly software: DebianSoftware;
  /** Of its folder in the cache, and of what is told of it. */
  readonly name: string;
  /** Below the root of the system that it is unpacked to: it is there when these are. */
  readonly programs: readonly string[];
  readonly deadlineMs: number;
}

/**
 * The distribution's software, unpacked for the tests alone: once, for every later run.
 * @returns the root that it is below, or why there is none
 */
export async function unpackedOnce({
  software,
  name,
  programs,
  deadlineMs,
}: Wanted): Promise<{ readonly root: string } | { readonly lacks: string }> {
  const root = join(resolve('.berth/cache'), name, await unpackedName());
  const isUnpacked = await Promise.all(programs.map(async (program) => isThere(join(root, program))));
  if (isUnpacked.every(Boolean)) {
    return { root };
  }
  if (!(await canUnpackPackages())) {
    return { lacks: `${name} is not on PATH, and this is no Debian to unpack it from` };
  }
  try {
    await unpackPackages(software, root, {
      onProgress: (line) => process.stderr.write(`test ${name}: ${line}\n`),
      signal: AbortSignal.timeout(deadlineMs),
    });
    return { root };
  } catch (error) {
    return { lacks: `${name} could not be unpacked: ${String(error)}` };
  }
}

export async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
