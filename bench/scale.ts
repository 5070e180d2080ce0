// Tables to paste into bench/README.md, with progress beside them on stderr.
// What a wide fleet and a grown database cost: claims, heartbeats, the whole way of a task, bursts, removal.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPrivatePostgres, type PrivateServer } from '@berth/private-servers';
import { burst } from './scale/burst.js';
import { claims } from './scale/claims.js';
import { flood } from './scale/flood.js';
import { heartbeats } from './scale/heartbeats.js';
import { peers } from './scale/peers.js';
import { machine } from './scale/machine.js';
import { printed, type Table } from './scale/table.js';
import { wholeWay } from './scale/whole-way.js';
import { stopOnSignal } from './stop-on-signal.js';

const MEASUREMENTS: Readonly<Record<string, (server: PrivateServer, rounds?: number) => Promise<Table[]>>> = {
  claims: async ({ url }, rounds) => claims(url, rounds),
  heartbeats,
  'whole-way': wholeWay,
  peers,
  burst: async (_server, rounds) => burst(rounds),
  flood: async (_server, rounds) => flood(rounds),
};

const { values } = parseArgs({
  options: {
    /** Names of measurements; all of them by default. */
    only: { type: 'string', multiple: true, default: Object.keys(MEASUREMENTS) },
    /** Each has its own by default. */
    rounds: { type: 'string' },
  },
});

const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const unknown = values.only.filter((name) => MEASUREMENTS[name] === undefined);
if (unknown.length > 0) {
  throw new Error(`--only takes ${Object.keys(MEASUREMENTS).join(', ')}, not ${unknown.join(', ')}`);
}
const home = await mkdtemp(join(tmpdir(), 'berth-bench-'));
const postgres = await startPrivatePostgres({
  dataDir: join(home, 'postgres'),
  createsDatabases: true,
  onProgress: (line) => {
    console.error(line);
  },
});
const end = async (): Promise<void> => {
  await postgres.stop();
  await rm(home, { recursive: true, force: true });
};
stopOnSignal(end);
try {
  console.log(await machine(postgres.url));
  for (const name of values.only) {
    for (const table of (await MEASUREMENTS[name]?.(postgres, rounds)) ?? []) {
      console.log(printed(table));
    }
  }
} finally {
  await end();
}
