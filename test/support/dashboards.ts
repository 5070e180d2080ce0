import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { read, REPOSITORY } from './repository-file.js';

const FOLDER = 'docker/grafana/dashboards';

export interface Panel {
  readonly title: string;
  readonly description: string;
  readonly datasource: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

/** The dashboards that Grafana is given. */
export async function readDashboards(): Promise<Dashboard[]> {
  const files = (await readdir(join(REPOSITORY, FOLDER))).sort();
  return Promise.all(
    files.map(async (file) => ({ ...(JSON.parse(await read(`${FOLDER}/${file}`)) as Dashboard), file })),
  );
}
