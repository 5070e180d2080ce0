import type { TaskPhase } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

/** An ownership that is committed: the agent may be told. */
export interface Assignment {
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
  readonly phase: TaskPhase;
  /** Since the task could have been claimed, in seconds. */
  readonly waitedSeconds: number;
  readonly traceparent: string | null;
  /** Of the agent's present session, with which it is told; null of a polling worker's. */
  readonly sessionId: string | null;
  readonly messageKey: Buffer | null;
}

/** A runnable task and the slot that it is to have, both locked. */
export interface Picked {
  readonly taskId: string;
  readonly agentId: string;
  readonly podName: string;
  readonly slotId: number;
}

const COMMIT = prepared(
  `with picked as materialized (
     select p.*, t.status as from_status, t.runnable_at, t.attempt, t.workspace_id
     from unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) as p(task_id, agent_id, pod_name, slot_id)
     join tasks t on t.id = p.task_id and t.status in ('pending', 'apply_queued')
   ), taken as (
     update slots s set state = 'running', task_id = p.task_id, attempt = p.attempt + 1,
       last_workspace_id = p.workspace_id, updated_at = now()
     from picked p where s.agent_id = p.agent_id and s.slot_id = p.slot_id
       and (s.state = 'idle' or s.state = 'reserved' and s.task_id = p.task_id)
     returning s.task_id
   ), moved as (
     update tasks t set status = 'assigned', stage = 'assigned', attempt = t.attempt + 1,
       agent_id = p.agent_id, pod_name = p.pod_name, slot_id = p.slot_id, session_id = null,
       assigned_at = now(), lease_until = now() + $5::int * interval '1 second'
     from picked p join taken on taken.task_id = p.task_id
     where t.id = p.task_id and t.status in ('pending', 'apply_queued')
     returning t.id, t.organization_id, t.workspace_id, t.attempt, t.agent_id, t.pod_name, t.slot_id, t.phase, t.traceparent, p.from_status, p.runnable_at
   ), logged as (
     insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
     select organization_id, id, 'claim', from_status, 'assigned', attempt, $6,
       'assigned to ' || agent_id || ', slot ' || slot_id,
       jsonb_build_object('agentId', agent_id, 'podName', pod_name, 'slotId', slot_id, 'phase', phase)
     from moved
   )
   select m.id as "taskId", m.attempt, m.agent_id as "agentId", m.pod_name as "podName", m.slot_id as "slotId", m.phase, m.traceparent,
     greatest(0, extract(epoch from clock_timestamp() - m.runnable_at))::float8 as "waitedSeconds",
     s.id as "sessionId", s.message_key as "messageKey"
   from moved m left join agents a on a.id = m.agent_id left join agent_sessions s on s.id = a.session_id`,
);

/**
 * Writes both sides of the ownership of each picked task in one statement, whoever asked: a scheduler for its agents, or
 * a worker for itself. A slot that is not free, or is picked twice, has one task all the same.
 */
export async function commitAssignments(
  sql: Sql,
  picked: readonly Picked[],
  leaseSeconds: number,
  actor = 'scheduler',
): Promise<Assignment[]> {
  return sql.rows<Assignment>(COMMIT, [
    picked.map((task) => task.taskId),
    picked.map((task) => task.agentId),
    picked.map((task) => task.podName),
    picked.map((task) => task.slotId),
    leaseSeconds,
    actor,
  ]);
}
