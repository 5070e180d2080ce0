import { FIRST_UNWELL_MS, placeTasks, type AgentRoom, type Placement, type WaitingTask } from '@berth/domain';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';
import { DUE, HOLD_AGENT, onTrial, STATE_FREE, TAKES_TASKS, wellEnough, type Found } from './claimable.js';
import type { Picked } from './commit-assignments.js';

/** A pool in which tasks wait, and how many its agents can take, counted up to the limit of the claim. */
export interface PoolRoom {
  readonly id: string;
  readonly room: number;
  /** Some of its agents are not unwell. */
  readonly hasWell: boolean;
}

/** One that was unwell takes one task. */
function roomOf(poolsWithWell: string): string {
  return `case when ${onTrial(poolsWithWell)} then 1 else r.room end`;
}

const POOL_WITH_WELL = `array(select w.id where well."hasWell")`;

/** In the order of `tasks_claimable`, by which alone these are few however many tasks there ever were. */
const WAITS = "status = 'pending' and lane_head and platform is null";
const IN_ORDER = 'order by pool_id, priority desc, fair_at, id limit 1';

/** The pools are found one after the other in that index, one step for each, however many tasks wait. */
const POOLS = prepared(
  `with recursive waiting(id) as (
     (select pool_id from tasks where ${WAITS} ${IN_ORDER})
     union all
     select (select pool_id from tasks where ${WAITS} and pool_id > w.id ${IN_ORDER})
     from waiting w where w.id is not null
   )
   select w.id, least($1::int, sum(r.room))::int as room, well."hasWell" from waiting w cross join lateral (
     select exists (select 1 from agents a where a.pool_id = w.id and ${TAKES_TASKS} and a.unwell_since is null) as "hasWell"
   ) well cross join lateral (
     select ${roomOf(POOL_WITH_WELL)} as room from agent_rooms r join agents a on a.id = r.agent_id and ${TAKES_TASKS}
     where r.pool_id = w.id and r.room > 0 and ${wellEnough(POOL_WITH_WELL)} order by r.room desc, r.agent_id limit $1::int
   ) r where w.id is not null group by w.id, well."hasWell" order by random()`,
);

/**
 * Runnable tasks in the order in which they are served, at most $2 of each of the pools $1, and the slot in which each would
 * be warm. One index scan for each pool: a pool without room never hides another pool's tasks. Of the slots that last served
 * a workspace a few are looked at, because a fleet that works for one alone has thousands; each is offered to one task.
 */
export const CLAIMABLE_TASKS = `with runnable as materialized (
     select t.*, row_number() over () as turn from unnest($1::uuid[], $2::int[]) as pool(id, share) cross join lateral (
       select id, pool_id, workspace_id, failed_agents from tasks t
       where ${WAITS} and pool_id = pool.id and ${DUE} and ${STATE_FREE}
       order by priority desc, fair_at, id
       limit pool.share for no key update of t skip locked
     ) t
   )
   select t.id, t.pool_id as "poolId", t.failed_agents as "failedAgents", warm.place as warm
   from (select *, row_number() over (partition by pool_id, workspace_id order by turn) as nth from runnable) t
   left join lateral (
     select json_build_object('agentId', s.agent_id, 'slotId', s.slot_id) as place from (
       select agent_id, slot_id from slots
       where state = 'idle' and last_workspace_id = t.workspace_id and pool_id = t.pool_id
         and agent_id <> all (t.failed_agents) limit 16
     ) s join agent_rooms r on r.agent_id = s.agent_id and r.room > 0
     order by r.room desc, s.agent_id, s.slot_id limit 1 offset t.nth - 1
   ) warm on true order by t.turn`;
const RUNNABLE = prepared(CLAIMABLE_TASKS);

const WARM_AGENTS = prepared(
  `select r.agent_id as "agentId", r.pool_id as "poolId", ${roomOf('$2::uuid[]')} as room, ${onTrial('$2::uuid[]')} as "onTrial"
   from unnest($1::text[]) as warm(agent_id) join agent_rooms r on r.agent_id = warm.agent_id and r.room > 0
     join agents a on a.id = r.agent_id and ${TAKES_TASKS} and ${wellEnough('$2::uuid[]')}
   ${HOLD_AGENT}`,
);

/** The agents with the most room, as many as there are tasks for them; those of the warm slots are locked already. */
const ROOMY_AGENTS = prepared(
  `select r.* from unnest($1::uuid[], $2::int[]) as pool(id, wanted) cross join lateral (
     select r.agent_id as "agentId", r.pool_id as "poolId", ${roomOf('$4::uuid[]')} as room, ${onTrial('$4::uuid[]')} as "onTrial"
     from agent_rooms r join agents a on a.id = r.agent_id and ${TAKES_TASKS} and ${wellEnough('$4::uuid[]')}
     where r.pool_id = pool.id and r.room > 0 and r.agent_id <> all ($3::text[])
     order by r.room desc, r.agent_id
     limit pool.wanted ${HOLD_AGENT}
   ) r`,
);

interface IdleSlot {
  readonly agentId: string;
  readonly slotId: number;
  readonly podName: string;
}

const WARM_SLOTS = prepared(
  `select s.agent_id as "agentId", s.slot_id as "slotId", s.pod_name as "podName"
   from unnest($1::text[], $2::int[]) as warm(agent_id, slot_id)
     join slots s on s.agent_id = warm.agent_id and s.slot_id = warm.slot_id and s.state = 'idle'
   for no key update of s skip locked`,
);

/** What has served nobody first, then what was used longest ago: the others stay warm for whom they served. */
const IDLE_SLOTS = prepared(
  `select s.* from unnest($1::text[], $2::int[]) as agent(id, wanted) cross join lateral (
     select agent_id as "agentId", slot_id as "slotId", pod_name as "podName" from slots s
     where agent_id = agent.id and state = 'idle' and not exists (
       select 1 from unnest($3::text[], $4::int[]) as warm(agent_id, slot_id)
       where warm.agent_id = s.agent_id and warm.slot_id = s.slot_id)
     order by last_workspace_id is not null, updated_at, slot_id
     limit agent.wanted for no key update skip locked
   ) s`,
);

/** The pools in which tasks wait and agents have room. */
export async function readPoolRooms(sql: Sql, limit: number): Promise<PoolRoom[]> {
  return sql.rows<PoolRoom>(POOLS, [limit]);
}

/**
 * Tasks that wait for any slot of their pool, with idle slots, locked with their agents' rooms.
 * @param past agents of which nothing is taken
 */
export async function pickPending(
  sql: Sql,
  pools: readonly PoolRoom[],
  limit: number,
  past: readonly string[],
): Promise<Found> {
  const shares = sharesOf(pools, limit);
  if (shares.size === 0) {
    return { picked: [], more: false, held: [] };
  }
  const tasks = await sql.rows<WaitingTask>(RUNNABLE, [[...shares.keys()], [...shares.values()]]);
  const poolsWithWell = pools.filter(({ hasWell }) => hasWell).map(({ id }) => id);
  const agents = await lockAgents(sql, tasks, past, poolsWithWell);
  const placements = placeTasks(tasks, agents);
  const picked = await lockSlots(sql, placements);
  await putOffNextTrials(sql, agents, picked);
  const isPicked = new Set(picked.map(({ taskId }) => taskId));
  const held = placements.filter(({ taskId }) => !isPicked.has(taskId)).map(({ agentId }) => agentId);
  const found = countEach(tasks.map(({ poolId }) => poolId));
  const isCut = pools.some(
    ({ id, room }) => (shares.get(id) ?? 0) < room && found.get(id) === shares.get(id),
  );
  return { picked, more: isCut || picked.length < tasks.length, held };
}

/** The limit is shared out evenly, and none is given more than its agents can take. */
function sharesOf(pools: readonly PoolRoom[], limit: number): Map<string, number> {
  const shares = new Map<string, number>();
  let left = limit;
  const smallestFirst = [...pools].sort((one, other) => one.room - other.room);
  for (const [index, { id, room }] of smallestFirst.entries()) {
    const share = Math.min(room, Math.ceil(left / (smallestFirst.length - index)));
    if (share > 0) {
      shares.set(id, share);
      left -= share;
    }
  }
  return shares;
}

async function lockAgents(
  sql: Sql,
  tasks: readonly WaitingTask[],
  past: readonly string[],
  poolsWithWell: readonly string[],
): Promise<AgentRoom[]> {
  const wanted = new Set(tasks.flatMap((task) => (task.warm === null ? [] : [task.warm.agentId])));
  const warm = [...wanted].filter((agentId) => !past.includes(agentId));
  const locked = warm.length === 0 ? [] : await sql.rows<AgentRoom>(WARM_AGENTS, [warm, poolsWithWell]);
  const room = locked.reduce((sum, agent) => sum + agent.room, 0);
  const isWarm = new Set(locked.map(({ agentId }) => agentId));
  const cold = tasks.filter((task) => task.warm === null || !isWarm.has(task.warm.agentId));
  // Several tasks may be warm on one agent that has not the room for all of them.
  const others = room < tasks.length - cold.length ? tasks : cold;
  if (others.length === 0) {
    return locked;
  }
  // Those that have failed a task may be the ones with the most room: there have to be others beside them.
  const pools = countEach(
    others.flatMap(({ poolId, failedAgents }) => [poolId, ...failedAgents.map(() => poolId)]),
  );
  const params = [[...pools.keys()], [...pools.values()], [...warm, ...past], poolsWithWell];
  return [...locked, ...(await sql.rows<AgentRoom>(ROOMY_AGENTS, params))];
}

/** Who was unwell is tried with no second task before it is known what became of the first, or that takes long. */
async function putOffNextTrials(
  sql: Sql,
  agents: readonly AgentRoom[],
  picked: readonly Picked[],
): Promise<void> {
  const isPicked = new Set(picked.map(({ agentId }) => agentId));
  const tried = agents.filter(({ agentId, onTrial: isTried }) => isTried && isPicked.has(agentId));
  if (tried.length > 0) {
    await sql.rows(
      `update agents set unwell_until = now() + $2::int * interval '1 millisecond' where id = any($1::text[])`,
      [tried.map(({ agentId }) => agentId), FIRST_UNWELL_MS],
    );
  }
}

async function lockSlots(sql: Sql, placements: readonly Placement[]): Promise<Picked[]> {
  const warm = placements.filter(({ slotId }) => slotId !== null);
  const warmKeys = [warm.map(({ agentId }) => agentId), warm.map(({ slotId }) => slotId)];
  const wanted = countEach(placements.filter(({ slotId }) => slotId === null).map(({ agentId }) => agentId));
  const free = new Map<string, IdleSlot[]>();
  const add = (key: string, slot: IdleSlot): void => {
    free.set(key, [...(free.get(key) ?? []), slot]);
  };
  const [warmSlots, idleSlots] = await Promise.all([
    warm.length === 0 ? [] : sql.rows<IdleSlot>(WARM_SLOTS, warmKeys),
    wanted.size === 0
      ? []
      : sql.rows<IdleSlot>(IDLE_SLOTS, [[...wanted.keys()], [...wanted.values()], ...warmKeys]),
  ]);
  warmSlots.forEach((slot) => {
    add(keyOf(slot.agentId, slot.slotId), slot);
  });
  idleSlots.forEach((slot) => {
    add(keyOf(slot.agentId, null), slot);
  });
  return placements.flatMap(({ taskId, agentId, slotId }) => {
    const slot = free.get(keyOf(agentId, slotId))?.shift();
    return slot === undefined ? [] : [{ taskId, ...slot }];
  });
}

/** Null: any slot of the agent. */
function keyOf(agentId: string, slotId: number | null): string {
  return `${slotId ?? 'any'} ${agentId}`;
}

function countEach(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
