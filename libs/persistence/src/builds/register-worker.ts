import { upsertSlots } from '../agents/register-agent.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { AgentSessionRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { giveBackLocked } from './give-back-builds.js';
import { renewWorker } from './worker-tokens.js';
import { workersPool } from './workers-pool.js';
import { standingOf } from '../agents/standing.js';

export interface WorkerRegistration {
  readonly organizationId: string;
  readonly agentId: string;
  readonly name: string;
  readonly platforms: readonly string[];
  readonly maxConcurrentBuilds: number;
  /** It says itself that it has nothing in hand: what the database gives to it goes back to the queue. */
  readonly hasNoBuilds: boolean;
  readonly tokenHash: Buffer;
}

export interface RegisteredWorker {
  readonly known: boolean;
  /** How many builds it was given before went back to the queue. */
  readonly givenBack: number;
}

/** The worker is here and may ask for builds. Null: the id is another organization's, or an agent's. */
export async function registerWorker(
  database: Database,
  registration: WorkerRegistration,
): Promise<RegisteredWorker | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const { agentId, organizationId } = registration;
    const poolId = await workersPool(sql, organizationId);
    // The row that a poll locks first, so that the two never overlap.
    const [before] = await sql.rows<{ organizationId: string; kind: string }>(
      'select organization_id as "organizationId", kind from agents where id = $1 for no key update',
      [agentId],
    );
    if (before !== undefined && (before.kind !== 'worker' || before.organizationId !== organizationId)) {
      return null;
    }
    const session = await newSession(sql, registration, poolId);
    if (!(await upsertWorker(sql, registration, session))) {
      return null;
    }
    const givenBack =
      before !== undefined && registration.hasNoBuilds
        ? await giveBackLocked(sql, agentId, {
            code: 'WORKER_RESTARTED',
            reason: `worker ${registration.name} registered again and has no builds`,
            costsRetry: true,
          })
        : 0;
    await upsertSlots(sql, session, []);
    await renewWorker(sql, agentId, registration.tokenHash);
    return { known: before !== undefined, givenBack };
  });
}

async function newSession(
  sql: Sql,
  registration: WorkerRegistration,
  poolId: string,
): Promise<AgentSessionRow> {
  const { agentId, organizationId, name, maxConcurrentBuilds } = registration;
  await sql.rows(
    'update agent_sessions set ended_at = now() where agent_id = $1 and organization_id = $2 and ended_at is null',
    [agentId, organizationId],
  );
  const [row] = await sql.rows<RawRow>(
    `insert into agent_sessions (organization_id, pool_id, agent_id, pod_name, slots, concurrency, version)
     values ($1, $2, $3, $4, $5, $5, 'worker') returning *`,
    [organizationId, poolId, agentId, name, maxConcurrentBuilds],
  );
  if (row === undefined) {
    throw new Error(`worker ${agentId} got no session`);
  }
  return toEntity<AgentSessionRow>(row);
}

/** False where another organization has made the row since it was looked for. */
async function upsertWorker(
  sql: Sql,
  registration: WorkerRegistration,
  session: AgentSessionRow,
): Promise<boolean> {
  const made = await sql.rows(
    `insert into agents (id, organization_id, pool_id, pod_name, session_id, status, slots, concurrency, version,
       kind, name, platforms)
     values ($1, $2, $3, $4, $5, 'alive', $6, $6, 'worker', 'worker', $4, $7)
     on conflict (id) do update set pod_name = excluded.pod_name, session_id = excluded.session_id,
       status = ${standingOf('agents')},
       slots = excluded.slots, concurrency = excluded.concurrency, name = excluded.name,
       platforms = excluded.platforms, registered_at = now(), updated_at = now()
       where agents.organization_id = excluded.organization_id and agents.kind = 'worker'
     returning id`,
    [
      registration.agentId,
      registration.organizationId,
      session.poolId,
      registration.name,
      session.id,
      registration.maxConcurrentBuilds,
      registration.platforms,
    ],
  );
  await sql.rows(
    `insert into agent_heartbeats (agent_id, session_id, at) values ($1, $2, clock_timestamp())
     on conflict (agent_id) do update set session_id = excluded.session_id, at = excluded.at`,
    [registration.agentId, session.id],
  );
  return made.length === 1;
}
