import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { libraryFolders, type DebianSoftware } from '@berth/private-servers';
import { findIsolation } from '../../apps/agent/src/processes/isolation/find-isolation.js';
import { isThere, unpackedOnce } from './unpacked-software.js';

const BUBBLEWRAP: DebianSoftware = {
  name: 'bubblewrap',
  packages: ['bubblewrap'],
  follow: /^(lib)/,
  sizeMb: 3,
};

/** A PATH for agents that are to have sandboxes; where this machine allows none, why. */
export async function pathForSandboxes(): Promise<{ readonly path: string } | string> {
  const found = await pathWithBubblewrap();
  if (typeof found === 'string') {
    return found;
  }
  const { isolation, lacks } = await findIsolation({
    demanded: undefined,
    searchPath: found.path,
    own: [],
    reads: [],
    writes: [],
    named: [],
    firstUser: null,
    scratch: tmpdir(),
    processes: 512,
  });
  return isolation.level === 'sandbox' ? found : String(lacks);
}

/** With `bwrap` on it: that of this machine, else the distribution's; else why not. */
async function pathWithBubblewrap(): Promise<{ readonly path: string } | string> {
  const path = process.env['PATH'] ?? '';
  for (const folder of path.split(delimiter)) {
    if (await isThere(join(folder, 'bwrap'))) {
      return { path };
    }
  }
  const unpacked = await unpackedOnce({
    software: BUBBLEWRAP,
    name: 'bubblewrap',
    programs: ['usr/bin/bwrap'],
    deadlineMs: 600_000,
  });
  if ('lacks' in unpacked) {
    return unpacked.lacks;
  }
  // A sandbox begins without any environment, which would have to say where these libraries are.
  const folder = join(unpacked.root, 'with-libraries');
  await mkdir(folder, { recursive: true });
  // Also for agents of tests that are other users.
  await Promise.all([unpacked.root, dirname(unpacked.root)].map(async (path) => chmod(path, 0o755)));
  const program = join(unpacked.root, 'usr/bin/bwrap');
  const libraries = await libraryFolders(unpacked.root);
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${program}' "$@"\n`;
  await writeFile(join(folder, 'bwrap'), script, { mode: 0o755 });
  return { path: `${folder}${delimiter}${path}` };
}
