import { failedAgentsAfter } from '@berth/domain';
import type { Sql, Together } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';

export interface SlotPlace {
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
}

/** The slot that each of these tasks has had: what is freed no longer says whose it was. */
const FREE = prepared(
  `with freed as (
     update slots set state = 'idle', task_id = null, attempt = null, reserved_until = null, updated_at = now()
     from (select agent_id, slot_id, task_id from slots where task_id = any($1::uuid[])) was
     where slots.agent_id = was.agent_id and slots.slot_id = was.slot_id and slots.task_id = was.task_id
     returning was.task_id, slots.agent_id, slots.pod_name, slots.slot_id
   )
   select task_id as "taskId", agent_id as "agentId", pod_name as "podName", slot_id as "slotId" from freed`,
);
const FREEING: Together<string, SlotPlace | null> = {
  work: async (sql, taskIds) => {
    const freed = await sql.rows<SlotPlace & { taskId: string }>(FREE, [taskIds]);
    return taskIds.map((id) => {
      const slot = freed.find(({ taskId }) => taskId === id);
      return slot === undefined
        ? null
        : { agentId: slot.agentId, podName: slot.podName, slotId: slot.slotId };
    });
  },
};

/** The task's slot becomes idle; it remembers the workspace, whose next task is quicker there. */
export async function freeSlotOf(sql: Sql, taskId: string): Promise<SlotPlace | null> {
  return sql.together(FREEING, taskId);
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
     update slots set state = 'reserved', attempt = plan.attempt, updated_at = now(),
       reserved_until = coalesce(now() + plan.seconds * interval '1 second', reserved_until)
     from unnest($1::uuid[], $2::int[], $3::int[]) as plan(task_id, attempt, seconds)
     where slots.task_id = plan.task_id and state = 'running'
       and (plan.seconds is not null or reserved_until is not null) returning slots.task_id
   )
   select task_id as "taskId" from reserved`,
);

interface Reserving {
  readonly taskId: string;
  readonly attempt: number;
  readonly seconds: number | null;
}

const RESERVING: Together<Reserving, boolean> = {
  work: async (sql, plans) => {
    const rows = await sql.rows<{ taskId: string }>(RESERVE, [
      plans.map(({ taskId }) => taskId),
      plans.map(({ attempt }) => attempt),
      plans.map(({ seconds }) => seconds),
    ]);
    const reserved = new Set(rows.map(({ taskId }) => taskId));
    return plans.map(({ taskId }) => reserved.has(taskId));
  },
};

/** The task's slot keeps its plan for `seconds`, or until `reserved_until` as it was set before. */
export async function reserveSlotOf(
  sql: Sql,
  taskId: string,
  attempt: number,
  seconds: number | null,
): Promise<boolean> {
  return sql.together(RESERVING, { taskId, attempt, seconds });
}
