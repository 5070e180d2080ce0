import type { Database } from '@berth/persistence';
import type { EndedTask, TaskMove } from './checker.js';

const ACTIVE_ON_SLOT = ['assigned', 'planning', 'applying', 'running'];

export async function readTasks(database: Database): Promise<EndedTask[]> {
  return database.rows<EndedTask & Record<string, unknown>>(
    `select id, workspace_id as "workspaceId", operation, status, message, error->>'code' as "errorCode", retries,
       max_retries as "maxRetries", changes, finished_at is not null as "isFinal"
     from tasks order by created_at, id`,
  );
}

export async function readMoves(database: Database): Promise<TaskMove[]> {
  return database.rows<TaskMove & Record<string, unknown>>(
    `select task_id as "taskId", to_status as "toStatus", attempt,
       (extract(epoch from at) * 1000)::float8 as at
     from task_events order by at, id`,
  );
}

/** Slots in use by a task that is over, is elsewhere, or needs none. */
export async function strandedSlots(database: Database): Promise<string[]> {
  const rows = await database.rows<{ what: string }>(
    `select format('%s/%s is %s for task %s, which is %s on %s/%s', s.agent_id, s.slot_id, s.state, t.id, t.status,
       t.agent_id, t.slot_id) as what
     from slots s join tasks t on t.id = s.task_id
     where t.finished_at is not null or (s.state = 'running' and t.status <> all($1::text[]))
       or (t.agent_id, t.slot_id) is distinct from (s.agent_id, s.slot_id)`,
    [ACTIVE_ON_SLOT],
  );
  return rows.map(({ what }) => what);
}
