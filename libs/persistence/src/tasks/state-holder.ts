import { holderInWords, STATE_LOCKED, type Failure, type StateHolder } from '@berth/domain';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';

/** SQL for a `StateHolder` of the lock `l`. What people call themselves may be long. */
export const HOLDER = `json_build_object(
    'who', left(l.info ->> 'Who', 200), 'operation', left(l.info ->> 'Operation', 200), 'taskId', l.task_id,
    'since', to_char(l.created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))`;

/** Adds who it is to the failure of a task that found the state locked: terraform shows its own lock there. */
export async function namingHolder(
  sql: Sql,
  task: Pick<TaskRow, 'id' | 'workspaceId'>,
  failure: Failure,
): Promise<Failure> {
  if (failure.code !== STATE_LOCKED) {
    return failure;
  }
  const [lock] = await sql.rows<{ holder: StateHolder }>(
    `select ${HOLDER} as holder from state_locks l
     where l.workspace_id = $1 and l.task_id is distinct from $2::uuid`,
    [task.workspaceId, task.id],
  );
  const said = failure.message.replace(/\.$/, '');
  return lock === undefined ? failure : { ...failure, message: `${said}: ${holderInWords(lock.holder)}.` };
}
