import type { BareAgent } from '../../test/support/bare-agent.js';
import { LeanCaller } from './lean-caller.js';
import { waitFor } from '../../test/support/wait-for.js';
import { startBuildPlatform, type BuildPlatform } from '../build-platform.js';
import { percentile } from './percentile.js';
import { accepted, sayPlanned, simulatedAgents, type Assigned } from './simulated-agents.js';
import type { Table } from './table.js';

const FLEETS = [120, 1_000];
/** As agents do it by default. */
const BEAT_MS = 3_000;
const DEADLINE_MS = 180_000;
/** As a script does it that asks over some connections: a thousand at once would only wait in the system's queue. */
const ASKERS = 32;

/** What is written down of a burst, in seconds since the first request. */
const STEPS = ['all asked for', 'all claimed', 'first begun', 'half begun', 'all begun'] as const;
type Burst = Record<(typeof STEPS)[number], number>;

/**
 * As many plans as there are agents, each with one slot, asked for as fast as they are taken: how long until every agent has
 * begun its one, which is when it has the api's answer to its accept in hand.
 */
export async function burst(rounds = 5): Promise<Table[]> {
  const rows: string[][] = [];
  for (const fleet of FLEETS) {
    const platform = await startBuildPlatform();
    try {
      const bursts = await bursting(platform, fleet, rounds);
      const medians = STEPS.map((step) =>
        percentile(
          bursts.map((one) => one[step]),
          0.5,
        ),
      );
      const worst = Math.max(...bursts.map((one) => one['all begun']));
      rows.push([String(fleet), ...[...medians, worst].map((seconds) => seconds.toFixed(1))]);
    } finally {
      await platform.stop();
    }
  }
  return [
    {
      title: `As many plans as agents, asked for over ${ASKERS} connections, s since the first request, medians of ${rounds} bursts`,
      columns: ['plans and agents', ...STEPS, 'the slowest burst'],
      rows,
    },
  ];
}

async function bursting(platform: BuildPlatform, fleet: number, rounds: number): Promise<Burst[]> {
  const api = new LeanCaller(platform.apiUrl, platform.apiKey);
  const workspaces = await inTurn(fleet, async (n) => api.workspace(`burst-${n}`, { 'main.tf': '' }));
  const begun: { readonly at: number; readonly agent: BareAgent; readonly message: Assigned }[] = [];
  const agents = await simulatedAgents(
    platform,
    { count: fleet, slots: 1, beatMs: BEAT_MS },
    async (agent, message) => {
      if (await accepted(agent, message)) {
        begun.push({ at: Date.now(), agent, message });
      }
    },
  );
  const bursts: Burst[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      begun.length = 0;
      const first = Date.now();
      await inTurn(fleet, async (n) => api.task(workspaces[n]?.id ?? '', 'plan'));
      const asked = Date.now();
      await waitFor(
        `${fleet} plans to begin`,
        async () => Promise.resolve(begun.length === fleet),
        DEADLINE_MS,
      );
      const times = begun.map(({ at }) => at);
      const claimed = await lastClaim(platform);
      const one = [asked, claimed, Math.min(...times), percentile(times, 0.5), Math.max(...times)];
      bursts.push(
        Object.fromEntries(STEPS.map((step, n) => [step, ((one[n] ?? 0) - first) / 1_000])) as Burst,
      );
      console.error(`burst ${round} of ${fleet}: ${JSON.stringify(bursts.at(-1))}`);
      for (const { agent, message } of begun) {
        sayPlanned(agent, message, null);
      }
      await waitFor('all plans to end', async () => (await unfinished(platform)) === 0, DEADLINE_MS);
    }
  } finally {
    await Promise.all(agents.map(async (agent) => agent.close()));
  }
  return bursts;
}

/** What `ask` gives for each number, some of them at a time. */
async function inTurn<T>(count: number, ask: (n: number) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  let next = 0;
  const asker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) {
      answers[n] = await ask(n);
    }
  };
  await Promise.all(Array.from({ length: ASKERS }, asker));
  return answers;
}

/** In milliseconds, as `Date.now` has it: the clock is that of the same machine. */
async function lastClaim({ database }: BuildPlatform): Promise<number> {
  const [row] = await database.rows<{ at: Date }>(
    "select max(at) as at from task_events where event = 'claim'",
  );
  return row?.at.getTime() ?? Number.NaN;
}

async function unfinished({ database }: BuildPlatform): Promise<number> {
  const [row] = await database.rows<{ count: number }>(
    'select count(*)::int as count from tasks where finished_at is null',
  );
  return row?.count ?? Number.NaN;
}
