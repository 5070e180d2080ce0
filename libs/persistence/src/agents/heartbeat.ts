import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { prepared, type Statement } from '../statement.js';
import { readMissing, settledAttempts, type MissingAttempt, type OwnedAttempt } from './reconcile-agent.js';
import { staleSlots, type HeldSlot } from './register-agent.js';
import { standingOf } from './standing.js';

export interface Heartbeat {
  readonly agentId: string;
  readonly podName: string;
  readonly sessionId: string;
  readonly draining: boolean;
  /** What the agent has in its slots. */
  readonly held: readonly HeldSlot[];
  /** Work whose result the agent keeps until the database has heard of it. */
  readonly reported: readonly OwnedAttempt[];
}

export interface HeartbeatRecorded {
  /** What the agent no longer owns. */
  readonly stale: readonly HeldSlot[];
  /** Of what was reported, what the database has heard of. */
  readonly settled: readonly OwnedAttempt[];
  /** What the database gives to the agent, and the agent does not have. */
  readonly missing: readonly MissingAttempt[];
  /** Since its heartbeat before, or its registration. */
  readonly silentMs: number;
}

/** Of the row that is changed: what is known of it from before may have been overtaken by a person's wish. */
const STANDING = `case when k.draining then 'draining' else ${standingOf('a')} end`;

/**
 * Slots of an agent that is here are lost only where an apply went on that was taken for lost: the others are idle again.
 * @param held what becomes of rows that somebody else has locked
 */
function beatStatement(held: 'skip locked' | ''): Statement {
  return prepared(
    `with beat as materialized (
       select b.agent_id, b.session_id, b.draining
       from unnest($1::text[], $2::uuid[], $3::bool[]) as b(agent_id, session_id, draining)
         join agents a on a.id = b.agent_id and a.session_id = b.session_id and a.status in ('alive', 'suspect', 'draining')
       where exists (select 1 from agent_sessions s where s.id = b.session_id and s.ended_at is null)
     ), before as materialized (
       select h.agent_id, h.at, beat.draining from beat join agent_heartbeats h on h.agent_id = beat.agent_id
       order by h.agent_id for no key update of h ${held}
     ), known as (
       update agent_heartbeats h set at = clock_timestamp() from before
       where h.agent_id = before.agent_id returning h.agent_id as id, before.draining, h.at - before.at as silent
     ), other as materialized (
       select a.id, ${STANDING} as standing from known k join agents a on a.id = k.id
       where a.status in ('alive', 'suspect', 'draining') and a.status <> ${STANDING}
       order by a.id for no key update of a ${held}
     ), judged as (
       update agents a set status = o.standing, updated_at = now() from other o where a.id = o.id
     ), over as materialized (
       select s.agent_id, s.slot_id from known k join agents a on a.id = k.id and a.status in ('alive', 'draining')
         join slots s on s.agent_id = k.id and s.state = 'lost'
       where not exists (
         select 1 from unnest($4::text[], $5::int[]) as held(agent_id, slot_id)
         where held.agent_id = s.agent_id and held.slot_id = s.slot_id)
       for no key update of s ${held}
     ), freed as (
       update slots s set state = 'idle', updated_at = now() from over o
       where s.agent_id = o.agent_id and s.slot_id = o.slot_id
     )
     select beat.agent_id as "agentId", beat.session_id as "sessionId", extract(epoch from known.silent)::float8 * 1000 as "silentMs"
     from beat left join known on known.id = beat.agent_id`,
  );
}

const BEAT = beatStatement('');
const BEAT_PAST_LOCKS = beatStatement('skip locked');

/** Somebody holds the agent's row, to declare it lost for one: heard it is when that is over. */
export const HELD = 'held';

/**
 * Notes that the agents are alive, many in one statement, and compares what they have with what the database gives them. Of
 * several heartbeats of a session the last one counts. Gives a result for each; null: not a session that the registry counts
 * on; held: nothing is noted yet, and `recordHeartbeat` waits for it.
 * @param patienceSeconds as of `readMissing`
 */
export async function recordHeartbeats(
  database: Database,
  heartbeats: readonly Heartbeat[],
  patienceSeconds: number,
): Promise<(HeartbeatRecorded | typeof HELD | null)[]> {
  return record(database, heartbeats, patienceSeconds, BEAT_PAST_LOCKS);
}

/** The same for one agent; waits for its rows. */
export async function recordHeartbeat(
  database: Database,
  heartbeat: Heartbeat,
  patienceSeconds: number,
): Promise<HeartbeatRecorded | null> {
  const [recorded] = await record(database, [heartbeat], patienceSeconds, BEAT);
  return recorded === undefined || recorded === HELD ? null : recorded;
}

async function record(
  database: Database,
  heartbeats: readonly Heartbeat[],
  patienceSeconds: number,
  statement: Statement,
): Promise<(HeartbeatRecorded | typeof HELD | null)[]> {
  const newest = new Map(heartbeats.map((one) => [nameOf(one), one]));
  const all = [...newest.values()];
  const silence = await beat(database, all, statement);
  const here = all.filter((one) => typeof silence.get(nameOf(one)) === 'number');
  const [stale, settled, missing] = await Promise.all([
    staleSlots(
      database,
      here.flatMap(({ agentId, held }) => held.map((one) => ({ ...one, agentId }))),
    ),
    settledAttempts(
      database,
      here.flatMap(({ reported }) => reported),
    ),
    readMissing(database, here, patienceSeconds),
  ]);
  return heartbeats.map((heartbeat) => {
    const one = newest.get(nameOf(heartbeat)) ?? heartbeat;
    const { agentId } = one;
    const silentMs = silence.get(nameOf(one));
    if (silentMs === undefined) {
      return null;
    }
    if (silentMs === null) {
      return HELD;
    }
    return {
      stale: stale.filter((slot) => slot.agentId === agentId),
      settled: settled.filter((owned) => one.reported.some((reported) => isSame(reported, owned))),
      missing: missing.filter((owned) => owned.agentId === agentId),
      silentMs,
    };
  });
}

function nameOf({ agentId, sessionId }: Pick<Heartbeat, 'agentId' | 'sessionId'>): string {
  return `${sessionId} ${agentId}`;
}

function isSame(one: OwnedAttempt, other: OwnedAttempt): boolean {
  return one.taskId === other.taskId && one.attempt === other.attempt;
}

/** How long each agent that is known was silent, in milliseconds; null where its row is held. */
async function beat(
  database: Database,
  heartbeats: readonly Heartbeat[],
  statement: Statement,
): Promise<Map<string, number | null>> {
  const held = heartbeats.flatMap(({ agentId, held: slots }) =>
    slots.map(({ slotId }) => ({ agentId, slotId })),
  );
  const params = [
    heartbeats.map(({ agentId }) => agentId),
    heartbeats.map(({ sessionId }) => sessionId),
    heartbeats.map(({ draining }) => draining),
    held.map(({ agentId }) => agentId),
    held.map(({ slotId }) => slotId),
  ];
  const known = await database.transaction(SIMPLE_MS, async (sql: Sql) =>
    sql.rows<Pick<Heartbeat, 'agentId' | 'sessionId'> & { silentMs: number | null }>(statement, params),
  );
  return new Map(known.map((one) => [nameOf(one), one.silentMs]));
}
