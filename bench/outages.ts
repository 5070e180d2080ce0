// What a minute without the database, without the broker and without any agent costs.
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Task } from '@berth/contracts';
import { findTerraform } from '../test/chaos/find-terraform.js';
import { DEFAULT_PACE } from '../test/chaos/pace.js';
import { World } from '../test/chaos/world.js';
import { ApiCaller } from '../test/support/api-caller.js';

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const AWAY_MS = Number(values.seconds) * 1_000;
const SETTLE_MS = 180_000;
const pause = async (ms: number): Promise<void> => {
  await wait(ms);
};

const OUTAGES: readonly { readonly what: string; readonly take: (world: World) => Promise<void> }[] = [
  { what: 'database', take: async (world) => world.crashPostgres(AWAY_MS, pause) },
  { what: 'broker', take: async (world) => world.crashRabbitmq(AWAY_MS, pause) },
  {
    what: 'all agents',
    take: async (world) => {
      world.of('agent').forEach(({ process }) => {
        process.signal('SIGSTOP');
      });
      await wait(AWAY_MS);
      world.of('agent').forEach(({ process }) => {
        process.signal('SIGCONT');
      });
    },
  },
];

/** Reads on through answers that only say that something is away. */
async function settled(api: ApiCaller, id: string, statuses: readonly Task['status'][]): Promise<Task> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const task = await api.read(id).catch(() => null);
    if (task !== null && (statuses.includes(task.status) || task.finishedAt !== null)) {
      return task;
    }
    if (Date.now() > deadline) {
      throw new Error(`task ${id} is still ${task?.status ?? 'not to be read'}`);
    }
    await wait(200);
  }
}

async function experiment(
  world: World,
  api: ApiCaller,
  { what, take }: (typeof OUTAGES)[number],
): Promise<void> {
  const name = what.replace(' ', '-');
  const quick = await api.workspace(`${name}-quick`, world.effects.configuration(0));
  const long = await api.workspace(`${name}-long`, world.effects.configuration(AWAY_MS / 1_000 + 10));
  const late = await api.workspace(`${name}-late`, world.effects.configuration(0));
  const waiting = await api.task(quick.id, 'plan_and_apply');
  const before = await api.reaches(waiting.id, 'apply_pending');
  const applying = await api.task(long.id, 'plan_and_apply', { autoApply: true });
  await api.reaches(applying.id, 'applying');
  const outage = take(world);
  const queued = await queue(api, late.id, `${name}-late`);
  await outage;
  const mendedAt = Date.now();
  const ready = await settled(api, queued, ['apply_pending']);
  const recovered = (Date.now() - mendedAt) / 1_000;
  const after = await api.read(waiting.id);
  const kept = after.attempt === before.attempt && after.status === 'apply_pending';
  await api.expect('POST', `/api/v1/tasks/${waiting.id}/confirm`, { planHash: before.planHash });
  const confirmed = await settled(api, waiting.id, ['succeeded']);
  const ended = await settled(api, applying.id, ['succeeded']);
  const database = await world.database();
  const lost = await database.rows("select 1 from agents where status = 'lost'");
  const given = await database.rows(
    "select 1 from task_events where event in ('replan', 'retry') or message like '%lost%'",
  );
  const changed = (await world.effects.read()).filter(
    ({ kind, taskId }) => kind === 'changed' && taskId === applying.id,
  );
  console.log(
    [
      `${what} away for ${AWAY_MS / 1_000} s:`,
      `  the plan that waited for a person: ${kept ? 'kept in its slot' : `now ${after.status}, attempt ${after.attempt}`}, ` +
        `then applied ${confirmed.phases.apply?.init?.skipped === true ? 'warm' : 'cold'}: ${confirmed.status}`,
      `  the apply that ran meanwhile: ${ended.status}${ended.error === null ? '' : ` (${ended.error.code})`}, ` +
        `changed something ${changed.length} time(s)`,
      `  a task queued meanwhile: ${ready.status} ${recovered.toFixed(1)} s after the end`,
      `  agents declared lost: ${lost.length}; tasks given back: ${given.length}`,
    ].join('\n'),
  );
}

/** As a user's script would: again, with the same key, until the api can. */
async function queue(api: ApiCaller, workspaceId: string, key: string): Promise<string> {
  for (;;) {
    const answer = await api
      .call('POST', '/api/v1/tasks', { workspaceId, operation: 'plan_and_apply' }, { 'idempotency-key': key })
      .catch(() => null);
    if (answer?.status === 201) {
      return (answer.body as Task).id;
    }
    await wait(500);
  }
}

const world = await World.create({
  terraform: findTerraform(),
  crew: { api: 1, registry: 1, scheduler: 1, agent: 3 },
  pace: DEFAULT_PACE,
  tell: console.log,
});
try {
  const api = new ApiCaller(world.apiUrls[0] ?? '', world.apiKey);
  for (const outage of OUTAGES) {
    await experiment(world, api, outage);
  }
} finally {
  await world.stop();
}
