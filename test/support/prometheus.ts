import { access } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import {
  canUnpackPackages,
  libraryFolders,
  unpackedName,
  unpackPackages,
  type DebianSoftware,
} from '@berth/private-servers';

const PROMETHEUS: DebianSoftware = {
  name: 'Prometheus',
  packages: ['prometheus'],
  follow: /^(lib|zlib)/,
  sizeMb: 25,
};
/** Unpacked once, used by every later run. */
const CACHE = resolve('.berth/cache/prometheus');

/** Where Prometheus and its tool are. */
export interface PrometheusPrograms {
  readonly prometheus: string;
  readonly promtool: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Those of this machine, else the distribution's, unpacked for the tests alone; a reason where neither can be had. */
export async function findPrometheus(): Promise<PrometheusPrograms | string> {
  const path = process.env['PATH'] ?? '';
  for (const folder of path.split(delimiter)) {
    const found = programsIn(folder, { PATH: path });
    if (await isThere(found.promtool, found.prometheus)) {
      return found;
    }
  }
  const root = join(CACHE, await unpackedName());
  const folder = join(root, 'usr/bin');
  const unpacked = programsIn(folder, { PATH: path });
  if (!(await isThere(unpacked.promtool, unpacked.prometheus))) {
    if (!(await canUnpackPackages())) {
      return 'prometheus and promtool are not on PATH, and this is no Debian to unpack them from';
    }
    const failed = await unpackPackages(PROMETHEUS, root, {
      onProgress: (line) => process.stderr.write(`test prometheus: ${line}\n`),
      signal: AbortSignal.timeout(600_000),
    }).then(
      () => null,
      (error: unknown) => `prometheus could not be unpacked: ${String(error)}`,
    );
    if (failed !== null) {
      return failed;
    }
  }
  return programsIn(folder, { PATH: path, LD_LIBRARY_PATH: await libraryFolders(root) });
}

function programsIn(folder: string, env: Readonly<Record<string, string>>): PrometheusPrograms {
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool'), env };
}

async function isThere(...paths: readonly string[]): Promise<boolean> {
  return Promise.all(paths.map(async (path) => access(path))).then(
    () => true,
    () => false,
  );
}
