import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  noteAgentFailure,
  noteAgentSuccesses,
  readWaitingFacts,
  resumeAgent,
  type Assignment,
} from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { finishPlan, reportFailure } from '../support/its-agent.js';
import { accept, claim } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const FULL = { code: 'AGENT_DISK_FULL', class: 'transient', message: 'No space left for /work' } as const;
const AT_ONCE = { firstDelayMs: 0, maxDelayMs: 0 };

describe('a retry', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.drop();
  });

  /** As the scheduler does with what the agent says. */
  async function fail({ taskId, attempt, agentId }: Assignment): Promise<void> {
    const report = { taskId, attempt, failure: FULL, interrupted: false, stopped: false, record: {} };
    await reportFailure(db.database, { ...report, actor: `agent:${agentId}` }, AT_ONCE);
    await noteAgentFailure(db.database, agentId, FULL);
  }

  async function succeed({ taskId, attempt, agentId }: Assignment): Promise<void> {
    await finishPlan(db.database, {
      taskId,
      attempt,
      planHash: 'a'.repeat(64),
      hasChanges: false,
      changes: { add: 0, change: 0, destroy: 0 },
      record: {},
      reservationSeconds: 60,
      actor: `agent:${agentId}`,
    });
    await noteAgentSuccesses(db.database, [agentId]);
  }

  async function tasks(count: number, workspaceId?: string): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      ids.push((await fleet.task(workspaceId ?? (await fleet.workspace()))).id);
    }
    return ids;
  }

  /** Claims once; what the broken agents get fails. Gives who got what. */
  async function round(broken: readonly string[]): Promise<Assignment[]> {
    const assignments = await claim(db.database);
    for (const assignment of assignments) {
      await accept(db.database, assignment);
      await (broken.includes(assignment.agentId) ? fail(assignment) : succeed(assignment));
    }
    return assignments;
  }

  const agentsOf = (assignments: readonly Assignment[]) => assignments.map(({ agentId }) => agentId);
  const health = async (agentId: string) =>
    (
      await db.database.rows<{ failures: number; unwell: boolean; reason: string | null }>(
        `select failures_in_row as failures, coalesce(unwell_until > now(), false) as unwell, unwell_reason as reason
         from agents where id = $1`,
        [agentId],
      )
    )[0];

  it('goes elsewhere where it can: with a broken agent and a good one, every task ends well', async () => {
    await fleet.agent('broken', 8);
    await fleet.agent('good', 1);
    await tasks(30);
    let rounds = 0;
    while ((await round(['broken'])).length > 0) {
      rounds += 1;
    }
    expect(rounds).toBeGreaterThan(0);
    const ended = await db.database.rows<{ status: string; count: number; retries: number }>(
      'select status, count(*)::int, max(retries) as retries from tasks group by status',
    );
    expect(ended).toEqual([{ status: 'succeeded', count: 30, retries: expect.any(Number) }]);
    expect(ended[0]?.retries).toBeLessThanOrEqual(2);
    expect(await health('broken')).toMatchObject({
      unwell: true,
      reason: 'AGENT_DISK_FULL: No space left for /work',
    });
    expect(await health('good')).toEqual({ failures: 0, unwell: false, reason: null });
  });

  it('takes the agent that has failed the task where there is no other one', async () => {
    await fleet.agent('only', 1);
    await tasks(1);
    expect(agentsOf(await round(['only']))).toEqual(['only']);
    expect(agentsOf(await round([]))).toEqual(['only']);
  });

  it('is drawn to no slot in which the workspace has failed', async () => {
    await fleet.agent('a', 1);
    const workspaceId = await fleet.workspace();
    await tasks(1, workspaceId);
    await round(['a']);
    expect(await db.database.rows('select last_workspace_id as warm from slots')).toEqual([{ warm: null }]);
    await fleet.agent('b', 1);
    expect(agentsOf(await round([]))).toEqual(['b']);
    expect(await db.database.rows('select failed_agents as failed from tasks')).toEqual([{ failed: [] }]);
  });

  it('finds an agent that was unwell again after a while, with one task first', async () => {
    await fleet.agent('a', 4);
    await fleet.agent('b', 1);
    await tasks(3);
    for (let n = 0; n < 3; n += 1) {
      await noteAgentFailure(db.database, 'a', FULL);
    }
    expect(agentsOf(await claim(db.database))).toEqual(['b']);
    const [waiting] = await db.database.rows<{ id: string }>(
      "select id from tasks where status = 'pending' limit 1",
    );
    const facts = await readWaitingFacts(db.database, [waiting?.id ?? '']);
    expect(facts.get(waiting?.id ?? '')?.pool).toMatchObject({ canTake: false, unwell: 1 });
    await db.database.rows("update agents set unwell_until = now() - interval '1 second' where id = 'a'");
    expect(agentsOf(await claim(db.database))).toEqual(['a']);
    expect(await claim(db.database)).toEqual([]);
    await noteAgentSuccesses(db.database, ['a']);
    expect(agentsOf(await claim(db.database))).toEqual(['a']);
  });

  it('finds a pool in which all are unwell', async () => {
    await fleet.agent('a', 4);
    await tasks(3);
    for (let n = 0; n < 3; n += 1) {
      await noteAgentFailure(db.database, 'a', FULL);
    }
    expect(agentsOf(await claim(db.database))).toEqual(['a', 'a', 'a']);
  });

  it('finds an agent that a person has resumed, or that was started anew', async () => {
    await fleet.agent('a', 1);
    const makeUnwell = async (): Promise<void> => {
      for (let n = 0; n < 3; n += 1) {
        await noteAgentFailure(db.database, 'a', FULL);
      }
      expect((await health('a'))?.unwell).toBe(true);
    };
    await makeUnwell();
    await resumeAgent(db.database, { organizationId: fleet.organizationId, agentId: 'a' });
    expect((await health('a'))?.unwell).toBe(false);
    await makeUnwell();
    await fleet.agent('a', 1);
    expect((await health('a'))?.unwell).toBe(false);
  });
});
