import { chmod, cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { libraryFolders, type DebianSoftware } from '@berth/private-servers';
import { isThere, unpackedOnce } from './unpacked-software.js';

const BUBBLEWRAP: DebianSoftware = {
  name: 'bubblewrap',
  packages: ['bubblewrap'],
  follow: /^(lib)/,
  sizeMb: 3,
};

/** With `bwrap` on it: that of this machine, else the distribution's; else why not. */
export async function pathWithBubblewrap(): Promise<{ readonly path: string } | string> {
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
  const home = process.env['BERTH_TEST_HOME'];
  const root = home === undefined ? unpacked.root : await openCopy(unpacked.root, home);
  // A sandbox begins without any environment, which would have to say where these libraries are.
  const folder = join(root, 'with-libraries');
  await mkdir(folder, { recursive: true });
  const program = join(root, 'usr/bin/bwrap');
  const libraries = await libraryFolders(root);
  const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${program}' "$@"\n`;
  await writeFile(join(folder, 'bwrap'), script, { mode: 0o755 });
  return { path: `${folder}${delimiter}${path}` };
}

/** Agents of tests may be other users, to whom the cache is closed where `npm start` has made it. */
async function openCopy(unpacked: string, home: string): Promise<string> {
  const root = await mkdtemp(join(home, 'bubblewrap-'));
  await cp(unpacked, root, { recursive: true, verbatimSymlinks: true });
  await chmod(root, 0o755);
  return root;
}
