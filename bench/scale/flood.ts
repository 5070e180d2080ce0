import { setTimeout as wait } from 'node:timers/promises';
import { MESSAGES, type MessageOf } from '@berth/contracts';
import { ApiCaller } from '../../test/support/api-caller.js';
import type { BareAgent } from '../../test/support/bare-agent.js';
import { waitFor } from '../../test/support/wait-for.js';
import { startBuildPlatform, type BuildPlatform } from '../build-platform.js';
import { Filled } from './filled-database.js';
import { percentile } from './percentile.js';
import { accepted, plansNothing, sayPlanned, simulatedAgents, type Assigned } from './simulated-agents.js';
import type { Table } from './table.js';

const AGENTS = 16;
const SLOTS = 8;
/** Of each kind and in each round, idle and in the flood. */
const TIMES = 20;
/** More than 10,000 are left of them at the end of a round. */
const QUEUED = 20_000;
const LEAST = 10_000;
const PAUSE_MS = 100;
const DEADLINE_MS = 120_000;
const KINDS = ['confirm', 'cancel'] as const;
type Kind = (typeof KINDS)[number];
const SITUATIONS = ['idle', 'flood'] as const;
type Situation = (typeof SITUATIONS)[number];

/** From the call: to its answer, which is when the state has moved, and to the message that the agent gets. */
interface Heard {
  readonly answered: number;
  readonly told: number;
}

/**
 * A person's word to one run while the fleet works off a long queue as fast as the platform can, and while nothing else
 * happens, in turn.
 */
export async function flood(rounds = 3): Promise<Table[]> {
  const platform = await startBuildPlatform();
  try {
    const town = await Town.in(platform);
    const heard = new Map<string, Heard[]>();
    for (let round = 1; round <= rounds; round += 1) {
      for (const situation of SITUATIONS) {
        for (const [kind, times] of await town.round(situation)) {
          const key = `${kind} ${situation}`;
          heard.set(key, [...(heard.get(key) ?? []), ...times]);
          console.log(
            `round ${round}, ${key}: told after ${percentile(
              times.map(({ told }) => told),
              0.5,
            ).toFixed(0)} ms`,
          );
        }
      }
    }
    await town.close();
    return [tableOf(heard)];
  } finally {
    await platform.stop();
  }
}

class Town {
  /** What an agent does with a plan that it gets: it has changes, it goes on until it is stopped, or it has none. */
  private doing: Kind | 'flood' = 'flood';
  private readonly told = new Map<string, () => void>();
  private agents: readonly BareAgent[] = [];

  private constructor(
    private readonly platform: BuildPlatform,
    private readonly api: ApiCaller,
    private readonly workspaces: string[],
  ) {}

  static async in(platform: BuildPlatform): Promise<Town> {
    const api = new ApiCaller(platform.apiUrl, platform.apiKey);
    const workspaces: string[] = [];
    for (let n = 0; n < TIMES * KINDS.length; n += 1) {
      workspaces.push((await api.workspace(`flood-${n}`, { 'main.tf': '' })).id);
    }
    const town = new Town(platform, api, workspaces);
    town.agents = await simulatedAgents(
      platform,
      { count: AGENTS, slots: SLOTS },
      (agent, message) => {
        town.take(agent, message);
      },
      (agent, message) => {
        town.hear(message.taskId);
        sayStopped(agent, message);
      },
    );
    return town;
  }

  async close(): Promise<void> {
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
    this.doing = 'flood';
    const filled = new Filled('', this.platform.databaseUrl, this.platform.database);
    if (situation === 'flood') {
      await filled.pending(QUEUED);
      await waitFor('the flood to begin', async () => (await this.count('succeeded')) > 0, DEADLINE_MS);
    }
    const heard = new Map<Kind, Heard[]>();
    for (const [kind, ids] of runs) {
      heard.set(kind, []);
      for (const id of ids) {
        heard.get(kind)?.push(await this.say(kind, id));
        await wait(PAUSE_MS);
      }
    }
    if (situation === 'flood') {
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
        reject(new Error(`no agent was told of the ${kind} of task ${taskId}`));
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

  private take(agent: BareAgent, message: Assigned): void {
    if (message.phase === 'apply') {
      this.hear(message.taskId);
    }
    const { doing } = this;
    if (doing === 'flood' && message.phase === 'plan') {
      plansNothing(agent, message);
      return;
    }
    void accepted(agent, message).then((isOurs) => {
      if (isOurs && message.phase === 'apply') {
        sayApplied(agent, message);
      } else if (isOurs && doing === 'confirm') {
        sayPlanned(agent, message, true);
      }
    });
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

function sayApplied(agent: BareAgent, { taskId, attempt }: Assigned): void {
  const { agentId, podName } = agent;
  const type = 'task.finished';
  agent.say(type, {
    ...MESSAGES[type].schema.parse(MESSAGES[type].sample),
    taskId,
    attempt,
    agentId,
    podName,
  });
}

function sayStopped(agent: BareAgent, { taskId, attempt }: MessageOf<'task.stop'>): void {
  const { agentId, podName } = agent;
  const type = 'task.failed';
  const failed = MESSAGES[type].schema.parse(MESSAGES[type].sample);
  agent.say(type, { ...failed, taskId, attempt, agentId, podName, stopped: true });
}

function tableOf(heard: ReadonlyMap<string, readonly Heard[]>): Table {
  const at = (kind: Kind, situation: Situation, what: keyof Heard, share: number): number =>
    percentile(heard.get(`${kind} ${situation}`)?.map((one) => one[what]) ?? [], share);
  const rows = KINDS.flatMap((kind) =>
    (['answered', 'told'] as const).map((what) => {
      const medians = SITUATIONS.map((situation) => at(kind, situation, what, 0.5));
      const [idle = Number.NaN, flooded = Number.NaN] = medians;
      return [
        `${kind}: ${what === 'answered' ? 'the call is answered' : 'the agent is told'}`,
        ...SITUATIONS.flatMap((situation, n) => [
          medians[n]?.toFixed(0) ?? '',
          at(kind, situation, what, 0.95).toFixed(0),
        ]),
        (flooded / idle).toFixed(2),
      ];
    }),
  );
  return {
    title: `A person's word to one run, idle and while ${LEAST.toLocaleString('en')} and more are queued and worked off, ms since the call`,
    columns: ['transition', 'idle: median', 'p95', 'flood: median', 'p95', 'ratio'],
    rows,
  };
}
