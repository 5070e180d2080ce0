import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { lockTask } from '../tasks/lock-task.js';
import { releaseLocked } from '../tasks/release-task.js';
import { failLocked, type RetrySettings } from '../tasks/report-failure.js';
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

/** The worker cannot do this one. Null: it does not own it. */
export async function abandonBuild(
  database: Database,
  { taskId, agentId, reason }: { readonly taskId: string; readonly agentId: string; readonly reason: string },
): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await noteWorkerAlive(sql, agentId);
    const task = await lockTask(sql, taskId);
    if (task?.agentId !== agentId) {
      return null;
    }
    const message = `worker ${agentId} gave the build up: ${reason}`;
    return giveBackTask(sql, task, { code: 'BUILD_ABANDONED', reason: message, costsRetry: true });
  });
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
  const { attempt } = task;
  const actor = `worker:${String(task.agentId)}`;
  const failure: Failure = { code: giving.code, class: 'transient', message: giving.reason };
  if (task.status === 'assigned' && task.retries >= task.maxRetries && giving.costsRetry) {
    return failLocked(sql, task, { ...GAVE_UP, attempt, failure, actor }, AT_ONCE);
  }
  if (task.status === 'assigned') {
    return releaseLocked(sql, task, {
      taskId: task.id,
      attempt,
      delayMs: 0,
      countsAsRetry: giving.costsRetry,
      failure,
      actor,
      message: `${giving.reason}; queued again`,
    });
  }
  if (task.status !== 'running') {
    return null;
  }
  const interrupted = !giving.costsRetry;
  return failLocked(sql, task, { ...GAVE_UP, interrupted, attempt, failure, actor }, AT_ONCE);
}

const GAVE_UP = { interrupted: false, stopped: true, record: {} } as const;
