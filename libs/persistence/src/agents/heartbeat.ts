import type { Database } from '../database.js';
import { standingOf } from './standing.js';
import { staleSlots, type HeldSlot } from './register-agent.js';

export interface Heartbeat {
  readonly agentId: string;
  readonly sessionId: string;
  readonly draining: boolean;
  readonly held: readonly HeldSlot[];
}

export interface HeartbeatRecorded {
  /** What the agent no longer owns. */
  readonly stale: readonly HeldSlot[];
  /** Since its heartbeat before, or its registration. */
  readonly silentMs: number;
}

/** Of the row that is changed: what is known of it from before may have been overtaken by a person's wish. */
const STANDING = `case when $3 then 'draining' else ${standingOf('a')} end`;

/** Notes that the agent is alive. Null: not a session that the registry counts on. */
export async function recordHeartbeat(
  database: Database,
  heartbeat: Heartbeat,
): Promise<HeartbeatRecorded | null> {
  const [known] = await database.rows<{ silentMs: number }>(
    `with known as (
       update agent_heartbeats h set at = clock_timestamp()
       from agents a, agent_heartbeats before where h.agent_id = $1 and before.agent_id = h.agent_id and a.id = h.agent_id and a.session_id = $2
         and exists (select 1 from agent_sessions s where s.id = $2 and s.ended_at is null)
         and a.status in ('alive', 'suspect', 'draining')
       returning a.id, h.at - before.at as silent
     ), judged as (
       update agents a set status = ${STANDING}, updated_at = now()
       from known k where a.id = k.id and a.status in ('alive', 'suspect', 'draining') and a.status <> ${STANDING}
     )
     select extract(epoch from silent)::float8 * 1000 as "silentMs" from known`,
    [heartbeat.agentId, heartbeat.sessionId, heartbeat.draining],
  );
  if (known === undefined) {
    return null;
  }
  await freeLostSlots(database, heartbeat);
  const stale = await staleSlots(database, heartbeat.agentId, heartbeat.held);
  return { stale, silentMs: known.silentMs };
}

/** An agent that is here has lost slots only where an apply went on that was taken for lost. */
async function freeLostSlots(database: Database, { agentId, sessionId, held }: Heartbeat): Promise<void> {
  await database.rows(
    `update slots s set state = 'idle', updated_at = now() from agents a
     where s.agent_id = $1 and s.state = 'lost' and not s.slot_id = any($3::int[])
       and a.id = s.agent_id and a.session_id = $2 and a.status in ('alive', 'draining')`,
    [agentId, sessionId, held.map((one) => one.slotId)],
  );
}
