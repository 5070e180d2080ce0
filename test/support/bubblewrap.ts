import { access, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import {
  canUnpackPackages,
  libraryFolders,
  unpackedName,
  unpackPackages,
  type DebianSoftware,
} from '@berth/private-servers';
import { findIsolation } from '../../apps/agent/src/processes/isolation/find-isolation.js';

const BUBBLEWRAP: DebianSoftware = {
  name: 'bubblewrap',
  packages: ['bubblewrap'],
  follow: /^(lib)/,
  sizeMb: 3,
};
/** Unpacked once, used by every later run. */
const CACHE = resolve('.berth/cache/bubblewrap');

/** A PATH for agents that are to have sandboxes; where this machine allows none, why. */
export async function pathForSandboxes(): Promise<{ readonly path: string } | string> {
  const found = await pathWithBubblewrap();
  if (typeof found === 'string') {
    return found;
  }
  const settings = { demanded: undefined, searchPath: found.path, own: [], reads: [], writes: [] };
  return (await findIsolation(settings)).lacks ?? found;
}

/** With `bwrap` on it: that of this machine, else the distribution's, unpacked for the tests alone; else why not. */
async function pathWithBubblewrap(): Promise<{ readonly path: string } | string> {
  const path = process.env['PATH'] ?? '';
  for (const folder of path.split(delimiter)) {
    if (await isThere(join(folder, 'bwrap'))) {
      return { path };
    }
  }
  if (!(await canUnpackPackages())) {
    return 'bwrap is not on PATH, and this is no Debian to unpack it from';
  }
  const root = join(CACHE, await unpackedName());
  const program = join(root, 'usr/bin/bwrap');
  if (!(await isThere(program))) {
    const failed = await unpackPackages(BUBBLEWRAP, root, {
      onProgress: (line) => process.stderr.write(`test bubblewrap: ${line}\n`),
      signal: AbortSignal.timeout(600_000),
    }).then(
      () => null,
      (error: unknown) => `bubblewrap could not be unpacked: ${String(error)}`,
    );
    if (failed !== null) {
      return failed;
    }
  }
  // A sandbox begins without any environment, which would have to say where these libraries are.
  const folder = join(root, 'with-libraries');
  await mkdir(folder, { recursive: true });
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${await libraryFolders(root)}' exec '${program}' "$@"\n`;
  await writeFile(join(folder, 'bwrap'), script, { mode: 0o755 });
  return { path: `${folder}${delimiter}${path}` };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
