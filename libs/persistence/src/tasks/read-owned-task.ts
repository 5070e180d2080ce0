import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { LOST_APPLY_OPEN } from '../workspaces/lost-apply.js';

/** An agent that speaks for an attempt of a task. */
export interface AttemptOwner extends Speaker {
  readonly organizationId: string;
  readonly taskId: string;
  readonly attempt: number;
}

export type OwnedTask = Pick<TaskRow, 'configurationId' | 'planTaskId'>;

/**
 * Null: the attempt is not (or no longer) the session's to work on. Of a task that has ended there is nothing to be had.
 * Each write asks again, in its own statement.
 */
export async function readOwnedTask(sql: Sql, owner: AttemptOwner): Promise<OwnedTask | null> {
  const [task] = await sql.rows<OwnedTask>(
    `select configuration_id as "configurationId", plan_task_id as "planTaskId" from tasks t
     where id = $1 and attempt = $2 and organization_id = $5 and ${spokenFor('t', { agent: '$3', session: '$4' })}
       and (status in ('planning', 'applying', 'running', 'apply_pending', 'apply_queued') or ${LOST_APPLY_OPEN})`,
    [owner.taskId, owner.attempt, owner.agentId, owner.sessionId, owner.organizationId],
  );
  return task ?? null;
}
