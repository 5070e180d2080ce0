import { healthAfterFailure, isOfTheAgent, type AgentHealth, type Failure } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import { prepared } from '../statement.js';

const HEALTH = `failures_in_row as "failuresInRow", unwell_since as "unwellSince", unwell_until as "unwellUntil",
  unwell_reason as "unwellReason"`;

/**
 * A task failed on the agent. By itself, after what became of the task is committed: whoever loses an agent locks it before its
 * tasks, and what is lost here is one failure of several. Gives its health where it is unwell now, else null.
 */
export async function noteAgentFailure(
  database: Database,
  agentId: string,
  failure: Failure,
): Promise<AgentHealth | null> {
  if (!isOfTheAgent(failure)) {
    return null;
  }
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [before] = await sql.rows<AgentHealth & { now: Date }>(
      `select ${HEALTH}, now() from agents where id = $1 and kind = 'agent' for no key update`,
      [agentId],
    );
    if (before === undefined) {
      return null;
    }
    const health = healthAfterFailure(before, failure, before.now);
    await sql.rows(
      `update agents set failures_in_row = $2, unwell_since = $3, unwell_until = $4, unwell_reason = $5, updated_at = now()
       where id = $1`,
      [agentId, health.failuresInRow, health.unwellSince, health.unwellUntil, health.unwellReason],
    );
    return health.unwellUntil === null ? null : health;
  });
}

/** What makes an agent well again. */
export const IS_WELL = 'failures_in_row = 0, unwell_since = null, unwell_until = null, unwell_reason = null';

const WELL_AGAIN = prepared(
  `with failing as materialized (
     select id from agents where id = any($1::text[]) and failures_in_row > 0 order by id for no key update
   ), recovered as (
     update agents set ${IS_WELL}, updated_at = now() from failing where agents.id = failing.id returning agents.id
   )
   select id from recovered`,
);

/** Tasks went well on the agents. Gives those of which that was news. */
export async function noteAgentSuccesses(database: Database, agentIds: readonly string[]): Promise<string[]> {
  const recovered = await database.rows<{ id: string }>(WELL_AGAIN, [agentIds]);
  return recovered.map(({ id }) => id);
}
