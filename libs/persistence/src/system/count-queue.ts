import { waitingReason, WaitingCode } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';
import { readWaitingFacts } from '../tasks/read-waiting-facts.js';

/** Tasks of a pool that wait for the same. */
export interface QueueCount {
  readonly poolId: string;
  /** Of builds for workers. */
  readonly platform: string | null;
  readonly reason: WaitingCode;
  readonly count: number;
  readonly oldestSeconds: number;
}

interface Group extends Omit<QueueCount, 'reason'> {
  /** Any one of them. */
  readonly taskId: string;
}

/**
 * All tasks that have not started, counted by what they wait for. They are put into groups in which that is the same,
 * and one task of each group is judged as the API judges it: the rules are in libs/domain alone.
 */
export async function countQueue(sql: Sql): Promise<QueueCount[]> {
  const groups = await sql.rows<Group>(QUEUE_GROUPS);
  const facts = await readWaitingFacts(
    sql,
    groups.map(({ taskId }) => taskId),
  );
  return groups.map(({ taskId, ...group }) => {
    const found = facts.get(taskId);
    // It has moved on between the two statements.
    const reason = (found === undefined ? null : waitingReason(found)?.code) ?? WaitingCode.claimDue;
    return { ...group, reason };
  });
}

/**
 * Reads the index of the tasks that wait, and not the table of all that ever were. Its groups are finer than the
 * reasons: everything that `waitingReason` looks at is either in the group's key or a fact of the pool.
 */
export const QUEUE_GROUPS = prepared(
  `with waiting as materialized (
     select t.*, w.needs_attention, w.on_slot_lost from (
       select id, pool_id, platform, status, workspace_id, writing, lane_head, run_after, run_after > clock_timestamp() as delayed,
         greatest(runnable_at, assigned_at) as since
       from tasks where status in ('pending', 'assigned', 'apply_pending', 'apply_queued')
     ) t left join workspaces w on w.id = t.workspace_id
   )
   select (array_agg(t.id))[1] as "taskId", t.pool_id as "poolId", t.platform, count(*)::int as count,
     greatest(0, extract(epoch from clock_timestamp() - min(t.since)))::float8 as "oldestSeconds"
   from waiting t
   left join state_locks l on l.workspace_id = t.workspace_id
   left join slots s on s.task_id = t.id and t.status in ('apply_pending', 'apply_queued')
   group by t.pool_id, t.platform, t.status, t.lane_head,
     t.writing and t.needs_attention,
     t.writing and l.workspace_id is not null and l.task_id is distinct from t.id,
     t.delayed, s.state, t.on_slot_lost,
     case when t.status = 'apply_queued' then s.agent_id end`,
);
