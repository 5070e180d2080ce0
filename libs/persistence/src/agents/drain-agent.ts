import { SIMPLE_MS, type Database } from '../database.js';
import { lockTask } from '../tasks/lock-task.js';
import { loseReservation } from '../tasks/lose-reservation.js';
import { IS_WELL } from './agent-health.js';

export interface AgentDrain {
  readonly organizationId: string;
  readonly agentId: string;
  readonly actor: string;
}

/**
 * The agent gets no more work, and its reserved slots are handed back: their tasks plan again elsewhere, which costs
 * none of their retries. What runs there goes on to its end. Gives how many slots were handed back; null where no such
 * agent is there.
 */
export async function drainAgent(database: Database, drain: AgentDrain): Promise<number | null> {
  const { organizationId, agentId, actor } = drain;
  return database.transaction(SIMPLE_MS, async (sql) => {
    const agents = await sql.rows(
      `with draining as (
         update agents set drain_requested_at = coalesce(drain_requested_at, now()), updated_at = now(),
           status = case when status in ('alive', 'suspect') then 'draining' else status end
         where id = $1 and organization_id = $2 and status in ('alive', 'suspect', 'draining') returning 1
       )
       select * from draining`,
      [agentId, organizationId],
    );
    if (agents.length === 0) {
      return null;
    }
    const reserved = await sql.rows<{ taskId: string }>(
      `select task_id as "taskId" from slots where agent_id = $1 and state = 'reserved' order by slot_id`,
      [agentId],
    );
    for (const { taskId } of reserved) {
      const task = await lockTask(sql, taskId);
      if (task?.status === 'apply_pending' || task?.status === 'apply_queued') {
        await loseReservation(sql, task, { actor, reason: `agent ${agentId} is being drained` });
      }
    }
    return reserved.length;
  });
}

/** Takes the wish back; with its next heartbeat the agent gets work again. False where no such agent is there. */
export async function resumeAgent(
  database: Database,
  { organizationId, agentId }: Omit<AgentDrain, 'actor'>,
): Promise<boolean> {
  const agents = await database.rows(
    `with resumed as (
       update agents set drain_requested_at = null, ${IS_WELL}, updated_at = now()
       where id = $1 and organization_id = $2 returning 1
     )
     select * from resumed`,
    [agentId, organizationId],
  );
  return agents.length === 1;
}
