import { delimiter, join } from 'node:path';
import { libraryFolders, type DebianSoftware } from '@berth/private-servers';
import { chromium, type Browser } from 'playwright-core';
import { isThere, unpackedOnce } from './unpacked-software.js';

const CHROMIUM: DebianSoftware = {
  name: 'Chromium',
  packages: ['chromium-headless-shell', 'fonts-dejavu-core'],
  follow: /^(chromium|lib|zlib)/,
  sizeMb: 120,
};
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

interface Program {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The Chromium of this machine, else one of the distribution's, unpacked for the tests alone. */
export async function startChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({ executablePath, env, args: ARGUMENTS, timeout: 60_000 });
}

async function findChromium(): Promise<Program> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['BERTH_TEST_HOME'] ?? '/tmp' };
  for (const folder of env.PATH.split(delimiter)) {
    for (const name of NAMES) {
      if (await isThere(join(folder, name))) {
        return { executablePath: join(folder, name), env };
      }
    }
  }
  const unpacked = await unpackedOnce({
    software: CHROMIUM,
    name: 'chromium-headless-shell',
    programs: ['usr/lib/chromium/chromium-headless-shell'],
    deadlineMs: 900_000,
  });
  if ('lacks' in unpacked) {
    throw new Error(`these tests need Chromium: install it, so that chromium is on PATH (${unpacked.lacks})`);
  }
  const { root } = unpacked;
  const executablePath = join(root, 'usr/lib/chromium/chromium-headless-shell');
  const folders = await libraryFolders(root);
  const inner = folders.split(delimiter).map((folder) => join(folder, 'pulseaudio'));
  return {
    executablePath,
    env: {
      ...env,
      LD_LIBRARY_PATH: [folders, ...inner].join(delimiter),
      // Where it looks for fonts, too.
      XDG_DATA_HOME: join(root, 'usr/share'),
    },
  };
}
