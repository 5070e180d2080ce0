import { prepared } from '@berth/persistence';
import type { ApiCaller } from '../../test/support/api-caller.js';
import type { BareAgent } from '../../test/support/bare-agent.js';
import type { BuildPlatform } from '../build-platform.js';
import { Filled } from './filled-database.js';
import { inLanes, type Pace } from './lanes.js';
import { LeanCaller } from './lean-caller.js';
import { plansNothing, simulatedAgents } from './simulated-agents.js';
import { Watch } from './watch.js';

export const AGENTS = 10;
export const SLOTS = 8;
export const WORKSPACES = 100;

const ENDED = prepared('select id from tasks where id = any($1::uuid[]) and finished_at is not null');

/** The whole way of a task: asked for, claimed, published, accepted over HTTP by an agent that plans nothing, its result recorded. */
export class Way {
  private agents: readonly BareAgent[] = [];
  private asked = 0;

  private constructor(
    private readonly platform: BuildPlatform,
    private readonly api: ApiCaller,
    private readonly workspaces: readonly string[],
  ) {}

  /** @param ended so many tasks that ended before */
  static async through(platform: BuildPlatform, ended: number): Promise<Way> {
    const api = new LeanCaller(platform.apiUrl, platform.apiKey);
    const workspaces: string[] = [];
    for (let n = 0; n < WORKSPACES; n += 1) {
      workspaces.push((await api.workspace(`way-${n}`, { 'main.tf': '' })).id);
    }
    if (ended > 0) {
      // Its services would look at every piece of what is filled in.
      await platform.rest();
      await new Filled('', platform.databaseUrl, platform.database).ended(ended);
      await platform.start();
    }
    return new Way(platform, api, workspaces);
  }

  async open(): Promise<void> {
    this.agents = await simulatedAgents(this.platform, { count: AGENTS, slots: SLOTS }, plansNothing);
  }

  async close(): Promise<void> {
    await Promise.all(this.agents.map(async (agent) => agent.close()));
  }

  async pace(inFlight: number, warmUpMs: number, measuredMs: number): Promise<Pace> {
    const watch = new Watch(async (ids) => {
      const rows = await this.platform.database.rows<{ id: string }>(ENDED, [[...ids]]);
      return rows.map(({ id }) => id);
    });
    try {
      const pids = Object.values(this.platform.pids);
      const one = async (): Promise<void> => {
        const workspaceId = this.workspaces[this.asked++ % WORKSPACES];
        const { id } = await this.api.expect<{ id: string }>('POST', '/api/v1/tasks', {
          workspaceId,
          operation: 'plan',
        });
        await watch.recorded(id);
      };
      return await inLanes({ inFlight, warmUpMs, measuredMs, pids, one });
    } finally {
      watch.end();
    }
  }
}
