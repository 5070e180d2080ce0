// What a wide fleet and a grown database cost: claims, heartbeats, the whole way of a task, bursts, removal.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPrivatePostgres } from '@berth/private-servers';
import { claims } from './scale/claims.js';
import { heartbeats } from './scale/heartbeats.js';
import { printed, type Table } from './scale/table.js';
import { wholeWay } from './scale/whole-way.js';

const MEASUREMENTS: Readonly<Record<string, (serverUrl: string, rounds: number) => Promise<Table[]>>> = {
  claims,
  heartbeats,
  'whole-way': wholeWay,
};

const { values } = parseArgs({
  options: {
    /** Names of measurements; all of them by default. */
    only: { type: 'string', multiple: true, default: Object.keys(MEASUREMENTS) },
    rounds: { type: 'string', default: '40' },
  },
});

const unknown = values.only.filter((name) => MEASUREMENTS[name] === undefined);
if (unknown.length > 0) {
  throw new Error(`--only takes ${Object.keys(MEASUREMENTS).join(', ')}, not ${unknown.join(', ')}`);
}
const home = await mkdtemp(join(tmpdir(), 'berth-bench-'));
const postgres = await startPrivatePostgres({
  dataDir: join(home, 'postgres'),
  createsDatabases: true,
  onProgress: (line) => {
    console.log(line);
  },
});
try {
  for (const name of values.only) {
    for (const table of (await MEASUREMENTS[name]?.(postgres.url, Number(values.rounds))) ?? []) {
      console.log(printed(table));
    }
  }
} finally {
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
}
