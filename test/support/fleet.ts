import { randomUUID } from 'node:crypto';
import type { RunIsolation } from '@berth/domain';
import {
  createTask,
  loseAgents,
  registerAgent,
  silentAgents,
  silentPools,
  type Database,
  type Heartbeat,
  type LossLimits,
  type TaskRow,
} from '@berth/persistence';
import { beginSession } from './speakers.js';

export const RETRY = { firstDelayMs: 1_000, maxDelayMs: 10_000 };
/** Without patience for a pool in which most are silent: these tests have one or two agents. */
export const LIMITS = {
  kind: 'agent',
  suspectAfterMs: 1_000,
  lostAfterMs: 15_000,
  massLostAfterMs: 15_000,
} as const;

/** Where every item has to be dealt with. */
export function noneFails(item: string, error: unknown): never {
  throw new Error(`${item} was not dealt with`, { cause: error });
}

/** Looks once, as the registry does. Gives the ids of those that were declared lost. */
export async function loseSilentAgents(
  database: Database,
  limits: LossLimits,
  retry: typeof RETRY,
): Promise<string[]> {
  const silent = await silentAgents(database, limits, await silentPools(database, limits));
  return loseAgents(database, silent, limits, retry, noneFails);
}

/** Of an agent of a `Fleet` that has nothing in its slots. */
export function heartbeat(agentId: string, sessionId: string): Heartbeat {
  return { agentId, podName: `pod-${agentId}`, sessionId, draining: false, held: [], reported: [] };
}

/** Rows that a test of the ownership verbs needs, without api, broker or agents. */
export class Fleet {
  private constructor(
    private readonly database: Database,
    readonly organizationId: string,
    readonly poolId: string,
  ) {}

  static async in(database: Database): Promise<Fleet> {
    const [pool] = await database.rows<{ id: string; organization_id: string }>(
      "select * from pools where name = 'default'",
    );
    if (pool === undefined) {
      throw new Error('there is no default pool');
    }
    return new Fleet(database, pool.organization_id, pool.id);
  }

  async agent(
    agentId: string,
    slots: number,
    concurrency = slots,
    podName = `pod-${agentId}`,
    isolation: RunIsolation | null = null,
  ): Promise<string> {
    const { organizationId, poolId } = this;
    const sessionId = await beginSession(this.database, {
      organizationId,
      poolId,
      agentId,
      podName,
      slots,
      concurrency,
      version: 'test',
      isolation,
    });
    await registerAgent(
      this.database,
      {
        agentId,
        podName,
        sessionId,
        slots,
        concurrency,
        version: 'test',
        held: [],
        applying: [],
        notBegun: [],
        reported: [],
      },
      RETRY,
    );
    return sessionId;
  }

  async workspace(): Promise<string> {
    const [row] = await this.database.rows<{ id: string }>(
      `insert into workspaces (organization_id, pool_id, name, engine) values ($1, $2, $3, 'terraform') returning id`,
      [this.organizationId, this.poolId, randomUUID()],
    );
    const id = row?.id ?? '';
    await this.database.rows(
      `insert into configurations (organization_id, workspace_id, sha256, size_bytes, content) values ($1, $2, 'x', 1, 'x')`,
      [this.organizationId, id],
    );
    return id;
  }

  async task(
    workspaceId: string,
    operation: 'plan' | 'plan_and_apply' | 'destroy' = 'plan',
    more: { priority?: number; autoApply?: boolean } = {},
  ): Promise<TaskRow> {
    const [configuration] = await this.database.rows<{ id: string }>(
      'select id from configurations where workspace_id = $1',
      [workspaceId],
    );
    return createTask(this.database, {
      organizationId: this.organizationId,
      operation,
      workspaceId,
      configurationId: configuration?.id ?? '',
      source: null,
      planTaskId: null,
      planHash: null,
      message: null,
      priority: more.priority ?? 0,
      targets: [],
      replace: [],
      refreshOnly: false,
      autoApply: more.autoApply ?? false,
      actor: 'user:test',
    });
  }
}
