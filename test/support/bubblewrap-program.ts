import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
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
