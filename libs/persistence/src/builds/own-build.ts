import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { endTask, failTask } from '../tasks/end-task.js';
import { lockTask } from '../tasks/lock-task.js';
import { moveTask } from '../tasks/move-task.js';
import { noteWorkerAlive } from './worker-tokens.js';

/**
 * A worker and one of the builds. A worker's calls carry no attempt, so the one that it owns now is meant; those of the
 * build's machine are for one attempt only.
 */
export interface WorkerBuild {
  readonly taskId: string;
  readonly agentId: string;
  readonly attempt?: number;
}

/** What the worker may do with the build as the database sees it. */
export type BuildOwnership =
  | { readonly owned: true; readonly task: TaskRow }
  /** Another worker's, nobody's, or over. */
  | { readonly owned: false; readonly task: TaskRow };

/** Who owns the build, without a lock: each write asks again. Null: there is no such build. */
export async function readOwnership(database: Database, build: WorkerBuild): Promise<BuildOwnership | null> {
  const [row] = await database.rows<RawRow>('select * from tasks where id = $1', [build.taskId]);
  return ownershipOf(row === undefined ? null : toEntity<TaskRow>(row), build);
}

/** What the worker may do with this task, as it stands. Null: it is no build. */
export function ownershipOf(
  task: TaskRow | null,
  { agentId, attempt = task?.attempt }: WorkerBuild,
): BuildOwnership | null {
  if (task?.kind !== 'build') {
    return null;
  }
  const atWork = task.status === 'assigned' || task.status === 'running';
  return { owned: task.agentId === agentId && task.attempt === attempt && atWork, task };
}

/** For how long a build may be silent, in seconds, before it is taken for stuck. */
export interface Silence {
  readonly silentSeconds: number;
}

/**
 * A sign of the build itself: the first one begins it, each gives it time anew. Null where the worker does not own it
 * (any more).
 */
export async function noteBuildSign(
  database: Database,
  build: WorkerBuild,
  silence: Silence,
): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await noteWorkerAlive(sql, build.agentId);
    const ownership = ownershipOf(await lockTask(sql, build.taskId), build);
    return ownership?.owned === true ? beginLocked(sql, ownership.task, silence) : null;
  });
}

/** The worker fetches the build's files, or they are on their way: the assignment must not run out meanwhile. */
export async function extendLease(database: Database, build: WorkerBuild, seconds: number): Promise<void> {
  await database.rows(
    `update tasks set lease_until = greatest(lease_until, now() + $3::int * interval '1 second')
     where id = $1 and agent_id = $2 and attempt = coalesce($4::int, attempt) and status in ('assigned', 'running')`,
    [build.taskId, build.agentId, seconds, build.attempt ?? null],
  );
}

async function beginLocked(sql: Sql, task: TaskRow, { silentSeconds }: Silence): Promise<TaskRow | null> {
  const begun =
    task.status === 'running'
      ? task
      : await moveTask(sql, {
          taskId: task.id,
          verb: 'accept',
          to: 'running',
          attempt: task.attempt,
          set: { error: null, stage: 'building' },
          setNow: ['startedAt'],
          record: { phase: 'build', value: { startedAt: new Date().toISOString() } },
          actor: `worker:${String(task.agentId)}`,
          message: `begun by worker ${String(task.podName)}`,
        });
  await sql.rows("update tasks set lease_until = now() + $2::int * interval '1 second' where id = $1", [
    task.id,
    silentSeconds,
  ]);
  return begun;
}

export type BuildEnd =
  | { readonly succeeded: true; readonly resultId: string; readonly resultSha256: string }
  | { readonly succeeded: false; readonly failure: Failure };

export type BuildEnding =
  | { readonly outcome: 'ended'; readonly task: TaskRow }
  /** This very result was taken before. */
  | { readonly outcome: 'repeated' }
  | { readonly outcome: 'refused'; readonly task: TaskRow }
  | { readonly outcome: 'unknown' };

/** The worker says how its build ended. What it does not own any more is left as it is. */
export async function endBuild(database: Database, build: WorkerBuild, end: BuildEnd): Promise<BuildEnding> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await noteWorkerAlive(sql, build.agentId);
    const ownership = ownershipOf(await lockTask(sql, build.taskId), build);
    if (ownership === null) {
      return { outcome: 'unknown' };
    }
    if (!ownership.owned) {
      const repeated = await isRepetition(sql, ownership.task, build, end);
      return repeated ? { outcome: 'repeated' } : { outcome: 'refused', task: ownership.task };
    }
    const begun = await beginLocked(sql, ownership.task, { silentSeconds: 60 });
    const task = begun === null ? null : await endLocked(sql, begun, end);
    return task === null ? { outcome: 'refused', task: ownership.task } : { outcome: 'ended', task };
  });
}

async function endLocked(sql: Sql, task: TaskRow, end: BuildEnd): Promise<TaskRow | null> {
  const { id: taskId, attempt } = task;
  const actor = `worker:${String(task.agentId)}`;
  const record = { phase: 'build', value: { finishedAt: new Date().toISOString() } } as const;
  if (!end.succeeded) {
    const { failure } = end;
    return failTask(sql, { taskId, attempt, failure, record, actor, message: failure.message });
  }
  await sql.rows('update builds set result_id = $2, updated_at = now() where task_id = $1', [
    taskId,
    end.resultId,
  ]);
  const message = 'finished, the result is stored';
  return endTask(sql, { taskId, verb: 'finish', to: 'succeeded', attempt, record, actor, message });
}

/** The answer to the first one was lost, so the worker sends it again. */
async function isRepetition(sql: Sql, task: TaskRow, build: WorkerBuild, end: BuildEnd): Promise<boolean> {
  if (task.agentId !== build.agentId || task.attempt !== (build.attempt ?? task.attempt)) {
    return false;
  }
  if (!end.succeeded) {
    return task.status === 'failed' && task.error?.['code'] === end.failure.code;
  }
  const same = await sql.rows(
    `select 1 from builds b join stored_objects o on o.id = b.result_id where b.task_id = $1 and o.sha256 = $2`,
    [build.taskId, end.resultSha256],
  );
  return task.status === 'succeeded' && same.length === 1;
}
