import { LeanCaller } from './lean-caller.js';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiCaller } from '../../test/support/api-caller.js';
import type { BareAgent } from '../../test/support/bare-agent.js';
import { waitFor } from '../../test/support/wait-for.js';
import type { BuildPlatform } from '../build-platform.js';
import { Filled } from './filled-database.js';
import { startCrowd, type Crowd } from './crowd.js';
import { accepted, sayEnded, sayPlanned, simulatedAgents, type Assigned } from './simulated-agents.js';

/** Of the crowd, which works off what others have queued. */
const CROWD = { agents: 11, slots: 8 };
/** Of those whose runs people follow: a pool of their own, so that no crowd takes their slots. */
const FOLLOWED = { pool: 'followed', count: 5, slots: 8 };
/** Of each kind, in each round. */
const TIMES = 20;
/** More than `LEAST` are left of them at the end of a round. */
const QUEUED = 20_000;
export const LEAST = 10_000;
/** Of a plan in a steady queue: 88 slots end so many of them a second as are a third of what one api can take. */
const PLAN_MS = 1_100;
const PAUSE_MS = 100;
const DEADLINE_MS = 120_000;
const PLAN = Buffer.from('a plan');
const PLAN_HASH = createHash('sha256').update(PLAN).digest('hex');

/** What a person says: to a run that waits for them, and to one that plans. */
export const KINDS = ['confirm', 'cancel'] as const;
export type Kind = (typeof KINDS)[number];
/**
 * Nothing else happens; the fleet works off the queue, its plans taking some seconds each; or none at all, so that as many
 * results come as the platform can take, and each of its agents' slots always waits for it.
 */
export const SITUATIONS = ['idle', 'steady', 'flood'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** Milliseconds from the call: to its answer, which is when the state has moved, and to the message that the agent gets. */
export interface Heard {
  readonly answered: number;
  readonly told: number;
}

/** Runs that people follow, and agents that work off what others have queued beside them. */
export class Town {
  /** What an agent does with a followed plan that it gets: it has changes, or it goes on until it is stopped. */
  private doing: Kind = 'confirm';
  private readonly told = new Map<string, () => void>();
  private agents: readonly BareAgent[] = [];

  private constructor(
    private readonly platform: BuildPlatform,
    private readonly api: ApiCaller,
    private readonly workspaces: string[],
    private readonly crowd: Crowd,
  ) {}

  /** @param agentsApi which api the agents call */
  static async in(platform: BuildPlatform, agentsApi: string): Promise<Town> {
    const api = new LeanCaller(platform.apiUrl, platform.apiKey);
    const { pool, ...followed } = FOLLOWED;
    await api.expect('POST', '/api/v1/pools', { name: pool });
    const { token } = await api.expect<{ token: string }>('POST', `/api/v1/pools/${pool}/tokens`, {
      name: 'bench',
    });
    const workspaces: string[] = [];
    for (let n = 0; n < TIMES * KINDS.length; n += 1) {
      await api.workspace(`crowd-${n}`, { 'main.tf': '' });
      workspaces.push((await api.workspace(`followed-${n}`, { 'main.tf': '' }, { pool })).id);
    }
    const { amqpUrl, agentToken } = platform;
    const crowd = await startCrowd({ apiUrl: agentsApi, amqpUrl, agentToken, ...CROWD });
    const town = new Town(platform, api, workspaces, crowd);
    town.agents = await simulatedAgents(
      { apiUrl: agentsApi, amqpUrl, agentToken: token },
      { ...followed, name: pool },
      async (agent, message) => town.take(agent, message),
      (agent, message) => {
        town.hear(message.taskId);
        sayEnded(agent, 'task.failed', message);
      },
    );
    return town;
  }

  async close(): Promise<void> {
    await this.crowd.stop();
    await Promise.all(this.agents.map(async (agent) => agent.close()));
  }

  async round(situation: Situation): Promise<Map<Kind, Heard[]>> {
    const runs = new Map<Kind, string[]>();
    for (const [nth, kind] of KINDS.entries()) {
      this.doing = kind;
      const ids = await Promise.all(
        this.workspaces
          .slice(nth * TIMES, (nth + 1) * TIMES)
          .map(async (workspaceId) => (await this.api.task(workspaceId, 'plan_and_apply')).id),
      );
      const status = kind === 'confirm' ? 'apply_pending' : 'planning';
      await waitFor(
        `${TIMES} runs to be ${status}`,
        async () => (await this.count(status)) === TIMES,
        DEADLINE_MS,
      );
      runs.set(kind, ids);
    }
    const filled = new Filled('', this.platform.databaseUrl, this.platform.database);
    if (situation !== 'idle') {
      this.crowd.plansTake(situation === 'steady' ? PLAN_MS : 0);
      await filled.pending(QUEUED);
      await waitFor('the flood to begin', async () => (await this.count('pending')) < QUEUED, DEADLINE_MS);
    }
    const heard = new Map<Kind, Heard[]>();
    for (const [kind, ids] of runs) {
      heard.set(kind, []);
      for (const id of ids) {
        heard.get(kind)?.push(await this.say(kind, id));
        await wait(PAUSE_MS);
      }
    }
    if (situation !== 'idle') {
      const left = await this.count('pending');
      if (left < LEAST) {
        throw new Error(`only ${left} tasks were still queued at the end`);
      }
      await filled.atLength(
        "update tasks set status = 'cancelled', finished_at = now() where status = 'pending'",
      );
    }
    const idle = async (): Promise<boolean> => (await this.count()) === 0;
    await waitFor('all that was begun to end', idle, DEADLINE_MS);
    return heard;
  }

  private async say(kind: Kind, taskId: string): Promise<Heard> {
    const told = new Promise<number>((resolve, reject) => {
      const late = setTimeout(() => {
        const what = `no agent was told of the ${kind} of task ${taskId}`;
        this.api.events(taskId).then((events) => {
          const timeline = events.map(({ at, event, message }) => `${at} ${event}: ${message}`);
          reject(new Error([what, ...timeline].join('\n')));
        }, reject);
      }, DEADLINE_MS);
      this.told.set(taskId, () => {
        clearTimeout(late);
        resolve(performance.now());
      });
    });
    const began = performance.now();
    await this.api.expect('POST', `/api/v1/tasks/${taskId}/${kind}`, {});
    const answered = performance.now() - began;
    return { answered, told: (await told) - began };
  }

  private hear(taskId: string): void {
    this.told.get(taskId)?.();
    this.told.delete(taskId);
  }

  private async take(agent: BareAgent, message: Assigned): Promise<void> {
    if (message.phase === 'apply') {
      this.hear(message.taskId);
    }
    const { doing } = this;
    if (!(await accepted(agent, message))) {
      return;
    }
    if (message.phase === 'apply') {
      sayEnded(agent, 'task.finished', message);
    } else if (doing === 'confirm') {
      await storePlan(agent, message);
      sayPlanned(agent, message, PLAN_HASH);
    }
  }

  /** Of all that has not ended where no status is named. */
  private async count(status?: string): Promise<number> {
    const [row] = await this.platform.database.rows<{ count: number }>(
      `select count(*)::int as count from tasks where ${status === undefined ? 'finished_at is null' : 'status = $1'}`,
      status === undefined ? [] : [status],
    );
    return row?.count ?? Number.NaN;
  }
}

async function storePlan(agent: BareAgent, { taskId, attempt }: Assigned): Promise<void> {
  const { status } = await agent.call('PUT', `/agent/v1/tasks/${taskId}/plan-file?attempt=${attempt}`, PLAN, {
    'content-type': 'application/octet-stream',
    'x-berth-sha256': PLAN_HASH,
  });
  if (status !== 204) {
    throw new Error(`a plan file was answered with ${status}`);
  }
}
