import type { PoolFacts, StateHolder, TaskSlotFacts, TaskStatus, WaitingFacts } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';
import { ISOLATED_ENOUGH } from '../pools/isolated-enough.js';
import { TAKES_TASKS } from './claimable.js';
import { HOLDER } from './state-holder.js';

/**
 * What `waitingReason` needs of each of these tasks, by id, in one round trip for one task or a page of them. Each
 * pool is counted once, however many of the tasks wait for it, and only where it can take none of them.
 */
export async function readWaitingFacts(
  sql: Sql,
  taskIds: readonly string[],
): Promise<Map<string, WaitingFacts>> {
  const [one] = taskIds;
  const rows = await (taskIds.length === 1
    ? sql.rows<FactsRow>(FACTS_OF_ONE, [one])
    : sql.rows<FactsRow>(FACTS, [taskIds]));
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

const factsOf = (which: string): string => `
with asked as materialized (
  select id, status, workspace_id, pool_id, platform, writing, lane_head, run_after, error
  from tasks where ${which}
), pool as (
  select p.id, wanted.platform, json_build_object(
    'name', p.name, 'platform', wanted.platform, 'canTake', room.take,
    'agents', json_build_object('alive', c.alive, 'suspect', c.suspect, 'draining', c.draining, 'lost', c.lost, 'stopped', c.stopped),
    'slots', json_build_object('idle', c.idle, 'running', c.running, 'reserved', c.reserved),
    'agentsWithRoom', c.with_room, 'unwell', c.unwell, 'demands', p.run_isolation, 'tooWeak', c.too_weak
  ) as facts
  from (select distinct pool_id, platform from asked) wanted join pools p on p.id = wanted.pool_id
  cross join lateral (
    select case when wanted.platform is null
      then exists (
        select 1 from agent_rooms r join agents a on a.id = r.agent_id
        where r.pool_id = p.id and r.room > 0 and ${ISOLATED_ENOUGH}
          and (a.unwell_since is null or a.unwell_until <= now() or not exists (
            select 1 from agents a
            where a.pool_id = p.id and ${TAKES_TASKS} and a.unwell_since is null)))
      else exists (
        select 1 from agents a join agent_rooms r on r.agent_id = a.id
        where a.pool_id = p.id and a.kind = 'worker' and a.status = 'alive' and wanted.platform = any(a.platforms)
          and r.idle > 0 and r.running < r.concurrency)
      end as take
  ) room
  cross join lateral (
    select
      count(*) filter (where a.status = 'alive') as alive, count(*) filter (where a.status = 'suspect') as suspect,
      count(*) filter (where a.status = 'draining') as draining, count(*) filter (where a.status = 'lost') as lost,
      count(*) filter (where a.status = 'stopped') as stopped,
      coalesce(sum(r.idle) filter (where is_able), 0) as idle,
      coalesce(sum(r.running) filter (where is_able), 0) as running,
      coalesce(sum(r.reserved) filter (where is_able), 0) as reserved,
      count(*) filter (where is_able and r.running < r.concurrency and coalesce(a.unwell_until <= now(), true)) as with_room,
      case when bool_or(is_able and a.unwell_since is null)
        then count(*) filter (where is_able and a.unwell_until > now()) else 0 end as unwell,
      count(*) filter (where a.status = 'alive' and not is_able) as too_weak
    from agents a join agent_rooms r on r.agent_id = a.id
    cross join lateral (
      select a.status = 'alive' and (wanted.platform is not null or ${ISOLATED_ENOUGH}) as is_able
    ) able
    where not room.take and a.pool_id = p.id
      and case when wanted.platform is null then a.kind = 'agent'
        else a.kind = 'worker' and wanted.platform = any(a.platforms) end
  ) c
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
    'running', (select running from agent_rooms r where r.agent_id = s.agent_id)
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
left join agents a on a.id = s.agent_id`;

const FACTS = prepared(factsOf('id = any($1::uuid[])'));
/** Of a list nobody knows how long it is, and it is planned anew each time; that costs more than the rest. */
const FACTS_OF_ONE = prepared(factsOf('id = $1::uuid'));
