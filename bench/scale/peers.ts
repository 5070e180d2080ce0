import type { PrivateServer } from '@berth/private-servers';
import { startBuildPlatform, type BuildPlatform } from '../build-platform.js';
import { createdDatabase } from './filled-database.js';
import { inLanes, type Pace } from './lanes.js';
import { BareStatements } from './peers/bare-statements.js';
import { graphileWorker } from './peers/graphile-worker.js';
import { startWorker, type Peer } from './peers/peer.js';
import { pgBoss } from './peers/pg-boss.js';
import { percentile } from './percentile.js';
import type { Table } from './table.js';
import { AGENTS, SLOTS, Way, WORKSPACES } from './way.js';
import { Watch } from './watch.js';

const ENDED_BEFORE = [0, 1_000_000];
const SCHEDULERS = [1, 3];
/** The second: all slots of the simulated agents. */
const IN_FLIGHT = [16, AGENTS * SLOTS];
const STARTING_MS = 8_000;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 5_000;
const FIRST_PEER = 'graphile-worker';

/** Some way of doing work, and how fast it was in each round. */
interface Contestant {
  readonly name: string;
  readonly ended: string;
  readonly paces: Map<number, Pace[]>;
  readonly turn: () => Promise<(inFlight: number) => Promise<Pace>>;
  readonly end: () => Promise<void>;
}

/** Berth's whole way of a task beside other queues that do nothing with as many jobs, and the bare statements alone. */
export async function peers(server: PrivateServer, rounds = 5): Promise<Table[]> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const contestants: Contestant[] = [];
    for (const ended of ENDED_BEFORE) {
      const platform = await startBuildPlatform([
        'api',
        ...Array.from({ length: Math.max(...SCHEDULERS) }, () => 'scheduler'),
        'registry',
      ]);
      undo.push(async () => platform.stop());
      const way = await Way.through(platform, ended);
      await platform.rest();
      contestants.push(...SCHEDULERS.map((schedulers) => berth(platform, way, schedulers, ended)));
    }
    const { url, pid } = server;
    const graphileUrl = await createdDatabase(url, 'graphile_worker');
    const graphile = await graphileWorker(graphileUrl);
    undo.push(async () => graphile.close());
    contestants.push(peer('graphile-worker', graphile, graphileUrl, pid));
    contestants.push(peer('graphile-worker-batches', graphile, graphileUrl, pid));
    const bossUrl = await createdDatabase(url, 'pg_boss');
    const boss = await pgBoss(bossUrl);
    undo.push(async () => boss.close());
    contestants.push(peer('pg-boss', boss, bossUrl, pid));
    const bare = await BareStatements.on(url);
    undo.push(async () => bare.close());
    contestants.push({
      name: 'pgbench, bare statements',
      ended: '',
      paces: new Map(),
      turn: async () => async (inFlight) => bare.pace(inFlight, MEASURED_MS / 1_000, pid),
      end: async () => undefined,
    });
    for (let round = 1; round <= rounds; round += 1) {
      for (const { name, ended, paces, turn, end } of contestants) {
        const pace = await turn();
        try {
          for (const inFlight of IN_FLIGHT) {
            const one = await pace(inFlight);
            paces.set(inFlight, [...(paces.get(inFlight) ?? []), one]);
            console.error(
              `round ${round}: ${name} (${ended}), ${inFlight} in flight: ${one.perSecond.toFixed(0)} a second`,
            );
          }
        } finally {
          await end();
        }
      }
    }
    return [tableOf(contestants, rounds)];
  } finally {
    for (const step of undo.reverse()) {
      await step();
    }
  }
}

function berth(platform: BuildPlatform, way: Way, schedulers: number, ended: number): Contestant {
  const names = [
    'api',
    'registry',
    ...Array.from({ length: schedulers }, (_, n) => (n === 0 ? 'scheduler' : `scheduler-${n + 1}`)),
  ];
  return {
    name: `Berth, ${schedulers} scheduler${schedulers === 1 ? '' : 's'}`,
    ended: String(ended),
    paces: new Map(),
    turn: async () => {
      await platform.start(names);
      await way.open();
      // What has just started is slow for some seconds.
      await way.pace(Math.max(...IN_FLIGHT), 0, STARTING_MS);
      return async (inFlight) => way.pace(inFlight, WARM_UP_MS, MEASURED_MS);
    },
    end: async () => {
      await way.close();
      await platform.rest();
    },
  };
}

function peer(name: string, queue: Peer, url: string, databasePid: number): Contestant {
  return {
    name,
    ended: '',
    paces: new Map(),
    turn: async () => async (inFlight) => {
      const worker = await startWorker(name, url, inFlight);
      const watch = new Watch(async (ids) => queue.completed(ids));
      try {
        const one = async (): Promise<void> => {
          await watch.recorded(await queue.add());
        };
        const pids = [databasePid, worker.pid];
        return await inLanes({ inFlight, warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS, pids, one });
      } finally {
        watch.end();
        await worker.stop();
      }
    },
    end: async () => undefined,
  };
}

function tableOf(contestants: readonly Contestant[], rounds: number): Table {
  const median = (contestant: Contestant | undefined, inFlight: number, of: keyof Pace): number =>
    percentile(contestant?.paces.get(inFlight)?.map((pace) => pace[of]) ?? [], 0.5);
  const first = contestants.find(({ name }) => name === FIRST_PEER);
  // Of each round by itself: its contestants had the same minute of the machine.
  const ratio = (contestant: Contestant, inFlight: number): number =>
    percentile(
      (contestant.paces.get(inFlight) ?? []).map(
        ({ perSecond }, round) => perSecond / (first?.paces.get(inFlight)?.[round]?.perSecond ?? Number.NaN),
      ),
      0.5,
    );
  const rows = IN_FLIGHT.flatMap((inFlight) =>
    contestants.map((contestant) => [
      contestant.name,
      contestant.ended,
      String(inFlight),
      median(contestant, inFlight, 'perSecond').toFixed(0),
      ratio(contestant, inFlight).toFixed(2),
      median(contestant, inFlight, 'medianMs').toFixed(1),
      median(contestant, inFlight, 'p95Ms').toFixed(1).replace('NaN', ''),
      median(contestant, inFlight, 'processorMs').toFixed(1),
    ]),
  );
  return {
    title: `Tasks or jobs a second, medians of ${rounds} rounds in turn; ${AGENTS} simulated agents, ${WORKSPACES} workspaces`,
    columns: [
      'who',
      'ended before',
      'in flight',
      'a second',
      `of ${FIRST_PEER}`,
      'ms median',
      'p95',
      'processor ms of each',
    ],
    rows,
  };
}
