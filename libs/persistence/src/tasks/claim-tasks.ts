import { matchTasksToSlots, type IdleSlot, type WaitingTask } from '@berth/domain';
import { ISOLATED_ENOUGH } from '../pools/isolated-enough.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { prepared } from '../statement.js';
import { commitAssignments, type Assignment, type Picked } from './commit-assignments.js';

/** Times are stored in whole milliseconds and rounded up: a task may be due half a millisecond from now. */
export const DUE = "run_after <= now() + interval '1 millisecond'";
/** Of a confirmed task `t`: no person has to look at its workspace first. */
const MAY_APPLY = 'not exists (select 1 from workspaces w where w.id = t.workspace_id and w.needs_attention)';
/**
 * Of a task `t`: nobody else holds the lock of the state that it would write. An anti-join by the key of the locks, of
 * which there are hardly any; a task that only plans is never asked.
 */
const STATE_FREE = `not exists (
  select 1 from state_locks l where l.workspace_id = t.workspace_id and t.writing and l.task_id is distinct from t.id)`;

export interface ClaimOptions {
  /** How many tasks at the most in one transaction. */
  readonly limit: number;
  /** How long the agent has to accept. */
  readonly leaseSeconds: number;
}

/**
 * Takes many runnable tasks at a time: picks tasks and slots under lock, writes both sides of the ownership, commits.
 * Agents' rows are locked first and in order, so that two schedulers never count the same agent's room at once.
 */
export async function claimTasks(database: Database, options: ClaimOptions): Promise<Assignment[]> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [locked, agents, confirmed, [plansWait]] = await Promise.all([
      sql.rows<{ id: string }>(LOCK_AGENTS),
      sql.rows<{ id: string; room: number }>(ROOM),
      sql.rows<Picked>(CONFIRMED, [options.limit]),
      sql.rows(PLANS_WAIT),
    ]);
    if (locked.length === 0) {
      return [];
    }
    const lockedIds = new Set(locked.map(({ id }) => id));
    const room = new Map(
      agents.filter(({ id }) => lockedIds.has(id)).map(({ id, room: left }) => [id, left]),
    );
    const applies = pickApplies(confirmed, room);
    const plans = plansWait === undefined ? [] : await pickIdle(sql, options.limit - applies.length, room);
    const picked = [...applies, ...plans];
    return picked.length === 0 ? [] : commitAssignments(sql, picked, options.leaseSeconds);
  });
}

const PLAN_WAITS = `select 1 from tasks t where status = 'pending' and lane_head and platform is null and ${DUE} and ${STATE_FREE}`;
const APPLY_WAITS = `select 1 from tasks t where status = 'apply_queued' and ${DUE} and ${MAY_APPLY} and ${STATE_FREE}`;

/** Keeps a lone apply from looking for idle slots. */
const PLANS_WAIT = prepared(`${PLAN_WAITS} limit 1`);

/**
 * None where nothing waits: an idle system takes no locks, and what comes in a moment later has its own claim. The
 * statements behind this one see what was committed while it waited: each has a snapshot of its own.
 */
const LOCK_AGENTS = prepared(
  `select id from agents where status = 'alive' and kind = 'agent' and (exists (${PLAN_WAITS}) or exists (${APPLY_WAITS}))
   order by id for no key update`,
);

/** How many more processes each agent may start: none, where it is weaker than its pool demands. */
const ROOM = prepared(
  `select a.id, a.concurrency - count(s.slot_id)::int as room
   from agents a left join slots s on s.agent_id = a.id and s.state = 'running'
   where a.status = 'alive' and a.kind = 'agent' and ${ISOLATED_ENOUGH} group by a.id, a.concurrency`,
);

function withRoom(room: ReadonlyMap<string, number>): string[] {
  return [...room].filter(([, left]) => left > 0).map(([agentId]) => agentId);
}

/**
 * Confirmed applies come first: each has its reserved slot, and a person waits. Those of agents without room are left
 * out before the limit, or enough of them would hide the other agents' ones; so are those of workspaces that a person
 * has to look at first, and of those whose state somebody else has locked: they keep their slots.
 */
const CONFIRMED = prepared(
  `with head as materialized (
     select id from tasks t where status = 'apply_queued' and ${DUE} and ${MAY_APPLY} and ${STATE_FREE} and agent_id in (
       select a.id from agents a where a.status = 'alive' and a.kind = 'agent' and ${ISOLATED_ENOUGH} and a.concurrency > (
         select count(*) from slots s where s.agent_id = a.id and s.state = 'running'))
     order by confirmed_at, id limit $1 for no key update of t skip locked
   )
   select h.id as "taskId", s.agent_id as "agentId", s.pod_name as "podName", s.slot_id as "slotId"
   from head h join slots s on s.task_id = h.id and s.state = 'reserved'
   for no key update of s skip locked`,
);

function pickApplies(confirmed: readonly Picked[], room: Map<string, number>): Picked[] {
  return confirmed.filter((task) => {
    const left = room.get(task.agentId) ?? 0;
    room.set(task.agentId, left - 1);
    return left > 0;
  });
}

/**
 * Runnable tasks in the order in which they are served, at most $2 of each of the pools $1. One index scan for each
 * pool: a pool without room never hides another pool's tasks.
 */
export const CLAIMABLE_TASKS = `select t.id, t.pool_id as "poolId", t.workspace_id as "workspaceId"
     from unnest($1::uuid[]) as pool(id) cross join lateral (
       select id, pool_id, workspace_id from tasks t
       where status = 'pending' and lane_head and platform is null and pool_id = pool.id and ${DUE} and ${STATE_FREE}
       order by priority desc, fair_at, id
       limit $2 for no key update of t skip locked
     ) t`;

async function pickIdle(sql: Sql, limit: number, room: ReadonlyMap<string, number>): Promise<Picked[]> {
  const slots = await sql.rows<IdleSlot>(
    `select agent_id as "agentId", pod_name as "podName", slot_id as "slotId", pool_id as "poolId",
       last_workspace_id as "lastWorkspaceId"
     from slots where state = 'idle' and agent_id = any($1::text[])
     order by agent_id, slot_id for no key update skip locked`,
    [withRoom(room)],
  );
  if (slots.length === 0 || limit <= 0) {
    return [];
  }
  const pools = [...new Set(slots.map((slot) => slot.poolId))];
  const tasks = await sql.rows<WaitingTask>(CLAIMABLE_TASKS, [pools, Math.min(limit, slots.length)]);
  return matchTasksToSlots(tasks, slots, room).map(({ taskId, slot }) => ({
    taskId,
    agentId: slot.agentId,
    podName: slot.podName,
    slotId: slot.slotId,
  }));
}
