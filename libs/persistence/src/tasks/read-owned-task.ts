import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';

/** An agent that speaks for an attempt of a task. */
export interface AttemptOwner {
  readonly organizationId: string;
  readonly agentId: string;
  readonly taskId: string;
  readonly attempt: number;
}

export type OwnedTask = Pick<TaskRow, 'configurationId' | 'planTaskId'>;

/** Null: the attempt is not (or no longer) the agent's. Each write asks again, in its own statement. */
export async function readOwnedTask(sql: Sql, owner: AttemptOwner): Promise<OwnedTask | null> {
  const [task] = await sql.rows<OwnedTask>(
    `select configuration_id as "configurationId", plan_task_id as "planTaskId" from tasks
     where id = $1 and attempt = $2 and agent_id = $3 and organization_id = $4`,
    [owner.taskId, owner.attempt, owner.agentId, owner.organizationId],
  );
  return task ?? null;
}
