import { BULK_MS, SIMPLE_MS, type Database, type Sql } from '../database.js';
import { prepared } from '../statement.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';
import { loseSlotApart, type SlotLoss } from './lose-slot.js';

export interface LossLimits {
  /** Agents send heartbeats by themselves; workers are heard when they ask for something. */
  readonly kind: 'agent' | 'worker';
  /** Heartbeats older than this make an agent suspect: it gets no new work. */
  readonly suspectAfterMs: number;
  /** Heartbeats older than this mean that it is lost. */
  readonly lostAfterMs: number;
  /** The same, while most agents of its pool are silent: then something between them and us has failed, not they. */
  readonly massLostAfterMs: number;
}

const ANYBODY_IS_LATE = prepared(
  `select exists (
     select 1 from agents a join agent_heartbeats h on h.agent_id = a.id
     where a.status in ('alive', 'suspect', 'draining')
       and h.at < clock_timestamp() - case a.kind when 'agent' then $1::int else $2::int end * interval '1 millisecond'
   ) or exists (
     select 1 from agents a join agent_rooms r on r.agent_id = a.id
     where a.status in ('stopped', 'lost') and r.running + r.reserved > 0
   ) as late`,
);

/**
 * Whether anybody may have to be judged: somebody who is here is late, or somebody who is gone still has a task. Of a fleet
 * that is well this is all that is asked.
 */
export async function isAnybodyLate(
  database: Database,
  afterMs: Readonly<Record<LossLimits['kind'], number>>,
): Promise<boolean> {
  const [row] = await database.rows<{ late: boolean }>(ANYBODY_IS_LATE, [afterMs.agent, afterMs.worker]);
  return row?.late === true;
}

/** Agents without a recent heartbeat get no new work. Gives how many became suspect. */
export async function suspectAgents(database: Database, limits: LossLimits): Promise<number> {
  const rows = await database.rows(
    `with late as (
       update agents a set status = 'suspect', updated_at = now() from agent_heartbeats h
       where h.agent_id = a.id and a.status = 'alive' and a.kind = $2
         and h.at < clock_timestamp() - $1::int * interval '1 millisecond' returning 1
     )
     select * from late`,
    [limits.suspectAfterMs, limits.kind],
  );
  return rows.length;
}

/** An agent of which something was heard since is there. */
const HEARD = "interval '10 seconds'";

/**
 * A message for this agent found no queue: it gets nothing more until its next heartbeat. True where the last one was a
 * moment ago.
 */
export async function suspectAgent(database: Database, agentId: string): Promise<boolean> {
  const heard = await database.rows(
    `with suspected as (
       update agents set status = 'suspect', updated_at = now() where id = $1 and status = 'alive'
     )
     select 1 from agent_heartbeats where agent_id = $1 and at > clock_timestamp() - ${HEARD}`,
    [agentId],
  );
  return heard.length === 1;
}

/**
 * Pools in which more than half of the agents are silent: a network is likelier to have failed than they, and nobody is
 * left who could take over their tasks.
 */
export async function silentPools(database: Database, limits: LossLimits): Promise<string[]> {
  const pools = await database.rows<{ poolId: string }>(
    `select a.pool_id as "poolId" from agents a join agent_heartbeats h on h.agent_id = a.id
     where a.status not in ('stopped', 'lost') and a.kind = $2 group by a.pool_id
     having count(*) filter (where h.at < clock_timestamp() - $1::int * interval '1 millisecond') * 2 > count(*)`,
    [limits.suspectAfterMs, limits.kind],
  );
  return pools.map(({ poolId }) => poolId);
}

/** Agents whose heartbeats ended so long ago that they count as lost; those of the patient pools get longer. */
export async function silentAgents(
  database: Database,
  limits: LossLimits,
  patientPools: readonly string[],
): Promise<string[]> {
  const silent = await database.rows<{ id: string }>(
    `select a.id from agents a join agent_heartbeats h on h.agent_id = a.id
     where (a.status not in ('stopped', 'lost') or exists (
         select 1 from slots s where s.agent_id = a.id and s.task_id is not null))
       and a.kind = $4
       and h.at < clock_timestamp() - interval '1 millisecond'
         * case when a.pool_id = any($3::uuid[]) then greatest($1::int, $2::int) else $1::int end
     order by a.id`,
    [limits.lostAfterMs, limits.massLostAfterMs, patientPools, limits.kind],
  );
  return silent.map(({ id }) => id);
}

/**
 * Declares silent agents lost, each in a transaction of its own, and takes back what they have, each task by itself: one that
 * cannot be taken back is looked for again. Gives the ids of those that still were silent and had something to lose.
 */
export async function loseAgents(
  database: Database,
  agentIds: readonly string[],
  limits: LossLimits,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<string[]> {
  const lost: string[] = [];
  await eachAlone(database, agentIds, {
    name: (id) => `agent ${id}`,
    failed,
    work: async (id) => {
      const isLost = await loseAgent(database, id, limits.lostAfterMs, retry, failed);
      if (isLost) {
        lost.push(id);
      }
      return isLost;
    },
  });
  return lost;
}

async function loseAgent(
  database: Database,
  agentId: string,
  lostAfterMs: number,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<boolean> {
  return database.transaction(BULK_MS, async (sql) => {
    // The silence is asked for again under lock: a heartbeat may have come since the list was read.
    const [agent] = await sql.rows<{ podName: string; kind: string; silentMs: number }>(
      `select a.pod_name as "podName", a.kind, extract(epoch from clock_timestamp() - h.at)::float8 * 1000 as "silentMs"
       from agents a join agent_heartbeats h on h.agent_id = a.id
       where a.id = $1 and h.at < clock_timestamp() - $2::int * interval '1 millisecond'
       for no key update of a, h`,
      [agentId, lostAfterMs],
    );
    if (agent === undefined) {
      return false;
    }
    const reason = `${agent.kind} ${agentId} (${agent.kind === 'agent' ? 'pod ' : ''}${agent.podName}) has sent no heartbeat for ${Math.round(agent.silentMs / 1000)} s`;
    const taken = await loseSlots(sql, { agentId, podName: agent.podName, reason }, retry, failed);
    const declared = await sql.rows(
      "update agents set status = 'lost', updated_at = now() where id = $1 and status <> 'lost' returning 1",
      [agentId],
    );
    await sql.rows(
      "update slots set state = 'lost', updated_at = now() where agent_id = $1 and state = 'idle'",
      [agentId],
    );
    return taken > 0 || declared.length > 0;
  });
}

/** Gives how many of the agent's slots were taken from their tasks. */
async function loseSlots(
  sql: Sql,
  loss: SlotLoss,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<number> {
  const tasks = await sql.rows<{ taskId: string }>(
    'select task_id as "taskId" from slots where agent_id = $1 and task_id is not null order by slot_id',
    [loss.agentId],
  );
  let taken = 0;
  for (const { taskId } of tasks) {
    taken += (await loseSlotApart(sql, taskId, loss, retry, failed)) ? 1 : 0;
  }
  return taken;
}

export interface Farewell {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
  /** Its disk stays: its reserved slots wait for its return, as long as for a silent agent. */
  readonly keepsSlots: boolean;
}

/** The agent says goodbye: it gets no more work, and unless its disk stays, its slots are gone at once. */
export async function stopAgent(
  database: Database,
  { agentId, podName, sessionId, keepsSlots }: Farewell,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [agent] = await sql.rows(
      "select 1 from agents where id = $1 and session_id = $2 and status <> 'lost' for no key update",
      [agentId, sessionId],
    );
    if (agent === undefined) {
      return false;
    }
    if (!keepsSlots) {
      const reason = `agent ${agentId} was stopped`;
      await loseSlots(sql, { agentId, podName, reason }, retry, failed);
    }
    await sql.rows("update agents set status = 'stopped', updated_at = now() where id = $1", [agentId]);
    return true;
  });
}
