import { failedAgentsAfter } from '@berth/domain';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';

export interface SlotPlace {
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
}

const FREE = prepared(
  `with freed as (
     update slots set state = 'idle', task_id = null, attempt = null, reserved_until = null, updated_at = now()
     where task_id = $1 returning agent_id, pod_name, slot_id
   )
   select agent_id as "agentId", pod_name as "podName", slot_id as "slotId" from freed`,
);

/** The task's slot becomes idle; it remembers the workspace, whose next task is quicker there. */
export async function freeSlotOf(sql: Sql, taskId: string): Promise<SlotPlace | null> {
  const [slot] = await sql.rows<SlotPlace>(FREE, [taskId]);
  return slot ?? null;
}

/** The same of a slot in which the task failed: what it was warm for is tried elsewhere. */
export async function freeFailedSlotOf(sql: Sql, taskId: string): Promise<SlotPlace | null> {
  const place = await freeSlotOf(sql, taskId);
  if (place !== null) {
    await sql.rows('update slots set last_workspace_id = null where agent_id = $1 and slot_id = $2', [
      place.agentId,
      place.slotId,
    ]);
  }
  return place;
}

/** What a task remembers of the agent that has failed it. */
export function failedBy({
  agentId,
  failedAgents,
}: Pick<TaskRow, 'agentId' | 'failedAgents'>): Partial<Pick<TaskRow, 'failedAgents'>> {
  return agentId === null ? {} : { failedAgents: failedAgentsAfter(failedAgents, agentId) };
}

const RESERVE = prepared(
  `with reserved as (
     update slots set state = 'reserved', attempt = $2::int, updated_at = now(),
       reserved_until = coalesce(now() + $3::int * interval '1 second', reserved_until)
     where task_id = $1 and state = 'running'
       and ($3::int is not null or reserved_until is not null) returning 1
   )
   select * from reserved`,
);

/** The task's slot keeps its plan for `seconds`, or until `reserved_until` as it was set before. */
export async function reserveSlotOf(
  sql: Sql,
  taskId: string,
  attempt: number,
  seconds: number | null,
): Promise<boolean> {
  const reserved = await sql.rows(RESERVE, [taskId, attempt, seconds]);
  return reserved.length === 1;
}
