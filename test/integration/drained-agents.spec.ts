import { drainAgent, recordHeartbeat, resumeAgent, suspectAgent } from '@berth/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fleet, heartbeat } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

describe('an agent that is to be drained', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  async function drainAndResume(agentId: string): Promise<void> {
    const { organizationId } = fleet;
    await drainAgent(db.database, { organizationId, agentId, actor: 'key:test' });
    await resumeAgent(db.database, { organizationId, agentId });
  }

  it.each([
    ['was resumed a moment ago', 'resumed', drainAndResume],
    ['was silent', 'silent', async (agentId: string) => suspectAgent(db.database, agentId)],
  ])('stays so though a heartbeat waited for the wish, where it %s', async (_what, agentId, before) => {
    const sessionId = await fleet.agent(agentId, 1);
    await before(agentId);
    let beats: Promise<unknown> = Promise.resolve();
    await db.database.transaction(10_000, async (sql) => {
      await sql.rows('select 1 from agents where id = $1 for no key update', [agentId]);
      beats = recordHeartbeat(db.database, heartbeat(agentId, sessionId), 60);
      await waitFor('the heartbeat to wait', async () => {
        const [waits] = await db.database.rows(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waits !== undefined;
      });
      await sql.rows("update agents set drain_requested_at = now(), status = 'draining' where id = $1", [
        agentId,
      ]);
    });
    await beats;
    expect(await db.database.rows('select status from agents where id = $1', [agentId])).toEqual([
      { status: 'draining' },
    ]);
  });
});
