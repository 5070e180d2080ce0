import type { PoolFacts, StateHolder, TaskSlotFacts, TaskStatus, WaitingFacts } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';
import { HOLDER } from './state-holder.js';

/**
 * What `waitingReason` needs of each of these tasks, by id, in one round trip for one task or a page of them. Each
 * pool is counted once, however many of the tasks wait for it.
 */
export async function readWaitingFacts(
  sql: Sql,
  taskIds: readonly string[],
): Promise<Map<string, WaitingFacts>> {
  const rows = await sql.rows<FactsRow>(FACTS, [taskIds]);
  return new Map(rows.map(({ taskId, ...facts }) => [taskId, facts]));
}

interface FactsRow {
  readonly taskId: string;
  readonly status: TaskStatus;
  readonly behind: { taskId: string; status: TaskStatus } | null;
  readonly needsAttention: boolean;
  readonly stateHolder: StateHolder | null;
  readonly delayMs: number;
  readonly errorMessage: string | null;
  readonly pool: PoolFacts;
  readonly slot: TaskSlotFacts | null;
  readonly reservedUntil: Date | null;
  readonly restoresPlan: boolean;
}

const FACTS = prepared(`
with asked as materialized (
  select id, status, workspace_id, pool_id, platform, writing, lane_head, run_after, error
  from tasks where id = any($1::uuid[])
), agent as (
  select a.id, a.pool_id, a.kind, a.platforms, a.status, a.concurrency,
    count(*) filter (where s.state = 'idle') as idle,
    count(*) filter (where s.state = 'running') as running,
    count(*) filter (where s.state = 'reserved') as reserved,
    a.status = 'alive' and coalesce(a.unwell_until > now(), false) and bool_or(a.status = 'alive' and a.unwell_since is null)
      over (partition by a.pool_id, a.kind) as unwell
  from agents a left join slots s on s.agent_id = a.id
  where a.pool_id in (select pool_id from asked)
  group by a.id
), pool as (
  select p.id, wanted.platform, json_build_object(
    'name', p.name, 'platform', wanted.platform,
    'agents', json_build_object(
      'alive', count(*) filter (where a.status = 'alive'),
      'suspect', count(*) filter (where a.status = 'suspect'),
      'draining', count(*) filter (where a.status = 'draining'),
      'lost', count(*) filter (where a.status = 'lost'),
      'stopped', count(*) filter (where a.status = 'stopped')),
    'slots', json_build_object(
      'idle', coalesce(sum(a.idle) filter (where a.status = 'alive'), 0),
      'running', coalesce(sum(a.running) filter (where a.status = 'alive'), 0),
      'reserved', coalesce(sum(a.reserved) filter (where a.status = 'alive'), 0)),
    'agentsWithRoom', count(*) filter (where a.status = 'alive' and not a.unwell and a.running < a.concurrency),
    'agentsThatCanTake', count(*) filter (where a.status = 'alive' and not a.unwell and a.running < a.concurrency and a.idle > 0),
    'unwell', count(*) filter (where a.unwell)
  ) as facts
  from (select distinct pool_id, platform from asked) wanted join pools p on p.id = wanted.pool_id
  left join agent a on a.pool_id = p.id and case when wanted.platform is null then a.kind = 'agent'
    else a.kind = 'worker' and wanted.platform = any(a.platforms) end
  group by p.id, wanted.platform
)
select t.id as "taskId", t.status,
  case when head.id is not null then json_build_object('taskId', head.id, 'status', head.status) end as behind,
  t.writing and (not t.lane_head or t.status in ('apply_pending', 'apply_queued')) and exists (
    select 1 from workspaces w where w.id = t.workspace_id and w.needs_attention
  ) as "needsAttention",
  case when t.writing and l.workspace_id is not null and l.task_id is distinct from t.id then ${HOLDER} end as "stateHolder",
  greatest(0, extract(epoch from t.run_after - clock_timestamp()) * 1000)::float8 as "delayMs",
  t.error ->> 'message' as "errorMessage",
  pool.facts as pool,
  case when s.task_id is not null then json_build_object(
    'agentId', s.agent_id, 'slotId', s.slot_id, 'agentStatus', a.status, 'concurrency', a.concurrency,
    'running', (select count(*) from slots r where r.agent_id = s.agent_id and r.state = 'running')
  ) end as slot,
  case when s.state = 'reserved' then s.reserved_until end as "reservedUntil",
  exists (
    select 1 from workspaces w join plans p on p.task_id = t.id
    where w.id = t.workspace_id and w.on_slot_lost = 'restore' and p.document is not null
  ) as "restoresPlan"
from asked t
join pool on pool.id = t.pool_id and pool.platform is not distinct from t.platform
left join tasks head on not t.lane_head and head.workspace_id = t.workspace_id and head.writing and head.lane_head
  and head.status not in ('succeeded', 'failed', 'cancelled', 'discarded')
left join state_locks l on l.workspace_id = t.workspace_id
left join slots s on s.task_id = t.id
left join agents a on a.id = s.agent_id`);
