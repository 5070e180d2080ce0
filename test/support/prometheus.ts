import { delimiter, join } from 'node:path';
import { libraryFolders, type DebianSoftware } from '@berth/private-servers';
import { isThere, unpackedOnce } from './unpacked-software.js';

const PROMETHEUS: DebianSoftware = {
  name: 'Prometheus',
  packages: ['prometheus'],
  follow: /^(lib|zlib)/,
  sizeMb: 25,
};

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
    if ((await isThere(found.promtool)) && (await isThere(found.prometheus))) {
      return found;
    }
  }
  const unpacked = await unpackedOnce({
    software: PROMETHEUS,
    name: 'prometheus',
    programs: ['usr/bin/prometheus', 'usr/bin/promtool'],
    deadlineMs: 600_000,
  });
  return 'lacks' in unpacked
    ? unpacked.lacks
    : programsIn(join(unpacked.root, 'usr/bin'), {
        PATH: path,
        LD_LIBRARY_PATH: await libraryFolders(unpacked.root),
      });
}

function programsIn(folder: string, env: Readonly<Record<string, string>>): PrometheusPrograms {
  return { prometheus: join(folder, 'prometheus'), promtool: join(folder, 'promtool'), env };
}
