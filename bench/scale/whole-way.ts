import { setTimeout as wait } from 'node:timers/promises';
import { MESSAGES, type MessageOf } from '@berth/contracts';
import { ApiCaller } from '../../test/support/api-caller.js';
import { BareAgent } from '../../test/support/bare-agent.js';
import { startBuildPlatform, type BuildPlatform } from '../build-platform.js';
import { Filled } from './filled-database.js';
import { percentile } from './percentile.js';
import { processorSeconds } from './processor.js';
import type { Table } from './table.js';

const AGENTS = 10;
const SLOTS = 8;
const WORKSPACES = 100;
const IN_FLIGHT = 16;
const WARM_UP_MS = 5_000;
const MEASURED_MS = 30_000;
const LOOK_MS = 5;
const ENDED_BEFORE = [0, 1_000_000];
const SCHEDULERS = [1, 3];

/**
 * Tasks a second through the whole control plane: asked for, claimed, published, accepted over HTTP, the result recorded.
 * The agents are simulated and plan nothing.
 */
export async function wholeWay(): Promise<Table[]> {
  const rows: string[][] = [];
  for (const ended of ENDED_BEFORE) {
    for (const schedulers of SCHEDULERS) {
      const names = Array.from({ length: schedulers }, () => 'scheduler');
      const platform = await startBuildPlatform(['api', ...names, 'registry']);
      try {
        rows.push([String(schedulers), String(ended), ...(await measure(platform, ended))]);
        console.log(`whole way: ${rows.at(-1)?.join(' | ') ?? ''}`);
      } finally {
        await platform.stop();
      }
    }
  }
  return [
    {
      title: `The whole way of a task, ${IN_FLIGHT} in flight, ${AGENTS} simulated agents, ${WORKSPACES} workspaces`,
      columns: ['schedulers', 'ended before', 'tasks a second', 'ms median', 'p95', 'processor ms a task'],
      rows,
    },
  ];
}

async function measure(platform: BuildPlatform, ended: number): Promise<string[]> {
  const api = new ApiCaller(platform.apiUrl, platform.apiKey);
  const workspaces: string[] = [];
  for (let n = 0; n < WORKSPACES; n += 1) {
    workspaces.push((await api.workspace(`way-${n}`, { 'main.tf': '' })).id);
  }
  if (ended > 0) {
    await new Filled('', platform.databaseUrl, platform.database).ended(ended);
  }
  const agents = await Promise.all(Array.from({ length: AGENTS }, async (_, n) => simulated(platform, n)));
  const watch = new Watch(platform);
  const times: number[] = [];
  let stopped = false;
  const lanes = Array.from({ length: IN_FLIGHT }, async (_, lane) => {
    for (let n = lane; !stopped; n += IN_FLIGHT) {
      const began = performance.now();
      const { id } = await api.expect<{ id: string }>('POST', '/api/v1/tasks', {
        workspaceId: workspaces[n % workspaces.length],
        operation: 'plan',
      });
      await watch.recorded(id);
      times.push(performance.now() - began);
    }
  });
  await wait(WARM_UP_MS);
  times.length = 0;
  const pids = Object.values(platform.pids);
  const before = await processorSeconds(pids);
  await wait(MEASURED_MS);
  const done = [...times];
  const used = (await processorSeconds(pids)) - before;
  stopped = true;
  await Promise.all(lanes);
  watch.end();
  await Promise.all(agents.map(async (agent) => agent.close()));
  return [
    (done.length / (MEASURED_MS / 1_000)).toFixed(0),
    percentile(done, 0.5).toFixed(0),
    percentile(done, 0.95).toFixed(0),
    ((used * 1_000) / done.length).toFixed(1),
  ];
}

/** Accepts what it is given, and says at once that there is nothing to change. */
async function simulated(platform: BuildPlatform, n: number): Promise<BareAgent> {
  const agent = await BareAgent.connect({
    apiUrl: platform.apiUrl,
    amqpUrl: platform.amqpUrl,
    agentToken: platform.agentToken,
    agentId: `simulated-${n}`,
    slots: SLOTS,
  });
  await agent.openQueue();
  await agent.consume((message) => {
    void answer(agent, message);
  });
  await agent.register(SLOTS);
  agent.keepBeating();
  return agent;
}

async function answer(agent: BareAgent, message: MessageOf<'task.assigned'>): Promise<void> {
  const { status } = await agent.accept(message);
  if (status !== 200) {
    console.log(`whole way: an accept was answered with ${status}`);
    return;
  }
  const { taskId, attempt, slotId } = message;
  const { agentId, podName } = agent;
  const type = 'task.plan_finished';
  const plan = MESSAGES[type].schema.parse(MESSAGES[type].sample);
  agent.say(type, { ...plan, hasChanges: false, taskId, attempt, slotId, agentId, podName });
}

/** Tells when tasks have ended; one look for all of them, as often as one page could. */
class Watch {
  private readonly waiting = new Map<string, () => void>();
  private ended = false;

  constructor(private readonly platform: BuildPlatform) {
    void this.look();
  }

  async recorded(id: string): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
    });
  }

  end(): void {
    this.ended = true;
  }

  private async look(): Promise<void> {
    while (!this.ended) {
      const rows = await this.platform.database.rows<{ id: string }>(
        'select id from tasks where id = any($1::uuid[]) and finished_at is not null',
        [[...this.waiting.keys()]],
      );
      for (const { id } of rows) {
        this.waiting.get(id)?.();
        this.waiting.delete(id);
      }
      await wait(LOOK_MS);
    }
  }
}
