import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Page, Task } from '@berth/contracts';
import type { System } from './system.js';

/** A place in which nothing secret may stand, and what stands there. */
interface Place {
  readonly name: string;
  readonly content: string;
}

/**
 * Where the secrets stand, as they are or as in base64, of all that Berth tells or keeps: answers, logs of runs and of
 * services, metrics, every row of every table. What is sealed cannot hold them.
 */
export async function findLeaks(system: System, secrets: readonly string[]): Promise<string[]> {
  const places = [
    ...(await rowsOf(system)),
    ...(await answersOf(system)),
    ...(await metricsOf(system)),
    ...(await serviceLogsOf(system)),
  ];
  const leaks = places.flatMap(({ name, content }) =>
    secrets
      .filter((secret) => formsOf(secret).some((form) => content.includes(form)))
      .map((secret) => `${name}: ${secret}`),
  );
  return [...new Set(leaks)];
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString('base64').slice(0, -4);
  return [secret, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(secret), base64];
}

async function rowsOf({ database: { database } }: System): Promise<Place[]> {
  const columns = await database.rows<{ table: string; column: string; type: string }>(
    `select table_name as "table", column_name as "column", data_type as type from information_schema.columns
     where table_schema = 'public' order by 1, ordinal_position`,
  );
  const places: Place[] = [];
  for (const { table, column, type } of columns) {
    const value = type === 'bytea' ? `encode("${column}", 'hex')` : `"${column}"::text`;
    const rows = await database.rows<{ value: string | null }>(`select ${value} as value from "${table}"`);
    const texts = rows.map(({ value: text }) =>
      type === 'bytea' ? Buffer.from(text ?? '', 'hex').toString('utf8') : (text ?? ''),
    );
    places.push({ name: `column ${table}.${column}`, content: texts.join('\n') });
  }
  return places;
}

async function answersOf({ api }: System): Promise<Place[]> {
  const { items } = await api.expect<Page<Task>>('GET', '/api/v1/tasks?limit=100');
  const ofTasks = items.flatMap(({ id, kind }) => [
    `/api/v1/tasks/${id}`,
    `/api/v1/tasks/${id}/events?limit=200`,
    ...(kind === 'build'
      ? [`/api/v1/tasks/${id}/logs?phase=build`]
      : [
          `/api/v1/tasks/${id}/logs?phase=plan`,
          `/api/v1/tasks/${id}/logs?phase=apply`,
          `/api/v1/tasks/${id}/plan`,
        ]),
  ]);
  const others = ['tasks?limit=100', 'workspaces', 'overview', 'dead-letters', 'stats', 'agents'];
  const paths = [...ofTasks, ...others.map((path) => `/api/v1/${path}`)];
  const places: Place[] = [];
  for (const path of paths) {
    const { body } = await api.call('GET', path);
    places.push({ name: `GET ${path}`, content: typeof body === 'string' ? body : JSON.stringify(body) });
  }
  return places;
}

async function metricsOf({ all }: System): Promise<Place[]> {
  return Promise.all(
    // An agent that a test has ended tells nothing any more.
    all
      .filter(({ isRunning }) => isRunning)
      .map(async ({ name, url }) => ({
        name: `metrics of ${name}`,
        content: await (await fetch(`${url}/metrics`)).text(),
      })),
  );
}

async function serviceLogsOf({ apiService }: System): Promise<Place[]> {
  const home = dirname(apiService.logFile);
  const names = (await readdir(home)).filter((name) => name.endsWith('.log'));
  return Promise.all(
    names.map(async (name) => ({
      name: `log of ${name}`,
      content: await readFile(join(home, name), 'utf8'),
    })),
  );
}
