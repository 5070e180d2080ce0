import type { Sql } from '../database.js';
import { daysAgo, FIRST_OF_ALL, oldestFirst, sweepOfRows, type Sweep } from './sweep.js';

/** Of a log of 50 MB there are thousands: so many rows go in some 50 ms. */
const CHUNKS = 2_000;

const LOCK = 'select id::text as id from tasks where id = any($1::uuid[]) order by id for update skip locked';

/** SQL: nobody has to look at the ended task `t`, and nothing that goes on is made of it. */
const DONE_WITH = `t.finished_at is not null and not t.needs_attention
  and not exists (select from tasks a where a.plan_task_id = t.id and a.finished_at is null)
  and not exists (select from slots s where s.task_id = t.id)`;

/** SQL: a later run of the workspace of `t` has succeeded. The plan of the last one may still be what somebody applies. */
const OVERTAKEN = `(t.status <> 'succeeded' or t.workspace_id is null or exists (
  select from tasks n where n.workspace_id = t.workspace_id and (n.created_at, n.id) > (t.created_at, t.id)
    and n.status = 'succeeded'))`;

/** SQL: the workspace of `t` has a later plan with a lock file, which the next one begins with; or `t` has none. */
const LOCK_FILE_OVERTAKEN = `(not exists (select from plans p where p.task_id = t.id and p.lock_file is not null) or exists (
  select from tasks n join plans p on p.task_id = n.id where n.workspace_id = t.workspace_id
    and (n.created_at, n.id) > (t.created_at, t.id) and p.lock_file is not null))`;

const UNNEEDED = `select t.id::text as id from tasks t where t.id = any($1::uuid[]) and ${DONE_WITH} and ${OVERTAKEN}
  and ${LOCK_FILE_OVERTAKEN}
  -- an apply goes before the plan that it names
  and not exists (select from tasks a where a.plan_task_id = t.id)
  and not exists (select from unsaved_states u where u.task_id = t.id and u.resolved_at is null)
  and not exists (select from dead_letters d where d.task_id = t.id and d.replayed_at is null and d.discarded_at is null)
  -- files of builds have ages of their own
  and not exists (select from builds b where b.task_id = t.id and (b.source_id is not null or b.certs_id is not null
    or b.result_id is not null or exists (select from build_artifacts f where f.task_id = b.task_id)))
  and t.id is distinct from (
    select v.task_id from state_versions v where v.workspace_id = t.workspace_id order by v.number desc limit 1)`;

/**
 * Ended tasks with all that belongs to them. What stays whatever its age: the last run of a workspace that succeeded, the
 * one that has written its state, the last one with a lock file, and what a person has not seen to yet.
 */
export function endedTasks(days: number): Sweep {
  return sweepOfRows({
    what: 'task',
    first: FIRST_OF_ALL,
    candidates: oldestFirst({ table: 'tasks', id: 'id', at: 'finished_at', days }),
    lock: LOCK,
    unneeded: UNNEEDED,
    remove: removeTasks,
  });
}

/** With their logs, which may take several tries. Locked by the caller. */
export async function removeTasks(sql: Sql, ids: readonly string[]): Promise<boolean> {
  const emptied = await emptyLogs(sql, ids);
  if (emptied) {
    await sql.rows('delete from tasks where id = any($1::uuid[])', [ids]);
  }
  return emptied;
}

/** Logs of tasks that have ended. The tasks stay. */
export function oldLogs(days: number): Sweep {
  return sweepOfRows({
    what: 'log',
    first: FIRST_OF_ALL,
    candidates: oldestFirst({ table: 'task_logs', id: 'task_id', at: 'created_at', days }),
    lock: LOCK,
    unneeded: `select t.id::text as id from tasks t where t.id = any($1::uuid[]) and ${DONE_WITH}
      and t.finished_at < ${daysAgo(days)}`,
    remove: async (sql, ids) => {
      const emptied = await emptyLogs(sql, ids);
      if (emptied) {
        await sql.rows('delete from task_logs where task_id = any($1::uuid[])', [ids]);
      }
      return emptied;
    },
  });
}

/** Files of plans that nobody can apply any more, with what they were given. What a plan says stays with its task. */
export function planFiles(days: number): Sweep {
  return sweepOfRows({
    what: 'plan file',
    first: FIRST_OF_ALL,
    candidates: oldestFirst({
      table: 'plans',
      id: 'task_id',
      at: 'created_at',
      where: 'sealed_file is not null',
      days,
    }),
    lock: LOCK,
    unneeded: `select t.id::text as id from tasks t where t.id = any($1::uuid[]) and ${DONE_WITH} and ${OVERTAKEN}
      and t.finished_at < ${daysAgo(days)}`,
    remove: async (sql, ids) => {
      await sql.rows('delete from plan_inputs where task_id = any($1::uuid[])', [ids]);
      await sql.rows(
        'update plans set sealed_file = null, sealed_snapshot = null where task_id = any($1::uuid[])',
        [ids],
      );
      return true;
    },
  });
}

/** False while there may be more. */
async function emptyLogs(sql: Sql, taskIds: readonly string[]): Promise<boolean> {
  const gone = await sql.rows(
    `delete from task_log_chunks where ctid = any(array(
       select ctid from task_log_chunks where task_id = any($1::uuid[]) limit $2)) returning 1`,
    [taskIds, CHUNKS],
  );
  return gone.length < CHUNKS;
}
