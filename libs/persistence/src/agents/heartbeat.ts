import type { Database } from '../database.js';
import { staleSlots, type HeldSlot } from './register-agent.js';

export interface Heartbeat {
  readonly agentId: string;
  readonly sessionId: string;
  readonly draining: boolean;
  readonly held: readonly HeldSlot[];
}

/** Notes that the agent is alive; gives what it no longer owns. Null: not a session that the registry counts on. */
export async function recordHeartbeat(database: Database, heartbeat: Heartbeat): Promise<HeldSlot[] | null> {
  const known = await database.rows(
    `with known as (
       update agent_heartbeats h set at = clock_timestamp()
       from agents a where h.agent_id = $1 and a.id = h.agent_id and a.session_id = $2
         and a.status in ('alive', 'suspect', 'draining')
       returning a.id, case when $3 or a.drain_requested_at is not null then 'draining' else 'alive' end as standing
     ), judged as (
       update agents a set status = k.standing, updated_at = now()
       from known k where a.id = k.id and a.status in ('alive', 'suspect', 'draining') and a.status <> k.standing
     )
     select id from known`,
    [heartbeat.agentId, heartbeat.sessionId, heartbeat.draining],
  );
  return known.length === 0 ? null : staleSlots(database, heartbeat.agentId, heartbeat.held);
}
