import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { lockTask } from '../tasks/lock-task.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { returnAtCost, returnFree } from '../tasks/return-build.js';
import { ownershipOf, type WorkerBuild } from './own-build.js';
import { closeWorkerTokens, noteWorkerAlive } from './worker-tokens.js';

/** Why a worker's builds go back to the queue. */
export interface GivingBack {
  readonly code: string;
  readonly reason: string;
  /** A worker that leaves in order is nobody's fault; one that cannot go on counts against the build's retries. */
  readonly costsRetry: boolean;
}

/** What was given back is there for the next worker that asks. */
const AT_ONCE: RetrySettings = { firstDelayMs: 0, maxDelayMs: 0 };

/** Gives back everything that the worker owns; its row is locked by the caller. Gives how many. */
export async function giveBackLocked(sql: Sql, agentId: string, giving: GivingBack): Promise<number> {
  const tasks = await sql.rows<{ taskId: string }>(
    'select task_id as "taskId" from slots where agent_id = $1 and task_id is not null order by slot_id',
    [agentId],
  );
  let given = 0;
  for (const { taskId } of tasks) {
    const task = await lockTask(sql, taskId);
    if (task?.agentId === agentId && (await giveBackTask(sql, task, giving)) !== null) {
      given += 1;
    }
  }
  return given;
}

const ABANDONED = 'BUILD_ABANDONED';
/** So often a build that is given up is there for the next worker at once; then its waits double, from the first to the last. */
const ABANDONS_AT_ONCE = 10;
const ABANDONED_WAITS: RetrySettings = { firstDelayMs: 5_000, maxDelayMs: 300_000 };

/**
 * The worker cannot do this one, and says so: that costs no retry. A build that all workers give up stays in the queue,
 * and is offered more and more seldom. Null: the worker does not own it.
 */
export async function abandonBuild(
  database: Database,
  { reason, ...build }: WorkerBuild & { readonly reason: string },
): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await noteWorkerAlive(sql, build.agentId);
    const ownership = ownershipOf(await lockTask(sql, build.taskId), build);
    if (ownership?.owned !== true) {
      return null;
    }
    const message = `worker ${build.agentId} gave the build up: ${reason}`;
    const failure: Failure = { code: ABANDONED, class: 'transient', message };
    const back = { failure, actor: `worker:${build.agentId}` };
    return returnFree(sql, ownership.task, back, await waitAfterAbandon(sql, build.taskId));
  });
}

async function waitAfterAbandon(sql: Sql, taskId: string): Promise<number> {
  const [counted] = await sql.rows<{ before: number }>(
    "select count(*)::int as before from task_events where task_id = $1 and data ->> 'code' = $2",
    [taskId, ABANDONED],
  );
  const beyond = (counted?.before ?? 0) - ABANDONS_AT_ONCE;
  const { firstDelayMs, maxDelayMs } = ABANDONED_WAITS;
  return beyond < 0 ? 0 : Math.min(firstDelayMs * 2 ** beyond, maxDelayMs);
}

/** The worker leaves: its builds go back, its tokens end. Null: there is no such worker. */
export async function unregisterWorker(database: Database, agentId: string): Promise<number | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [worker] = await sql.rows<{ name: string }>(
      "select name from agents where id = $1 and kind = 'worker' for no key update",
      [agentId],
    );
    if (worker === undefined) {
      return null;
    }
    const givenBack = await giveBackLocked(sql, agentId, {
      code: 'WORKER_LEFT',
      reason: `worker ${worker.name} unregistered`,
      costsRetry: false,
    });
    await closeWorkerTokens(sql, agentId);
    await sql.rows("update agents set status = 'stopped', updated_at = now() where id = $1", [agentId]);
    return givenBack;
  });
}

async function giveBackTask(sql: Sql, task: TaskRow, giving: GivingBack): Promise<TaskRow | null> {
  const failure: Failure = { code: giving.code, class: 'transient', message: giving.reason };
  const back = { failure, actor: `worker:${String(task.agentId)}` };
  return giving.costsRetry ? returnAtCost(sql, task, back, AT_ONCE) : returnFree(sql, task, back, 0);
}
