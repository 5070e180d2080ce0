import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimTasks, confirmTask, drainAgent, expireReservations, type TaskRow } from '@berth/persistence';
import { Fleet, LIMITS, loseSilentAgents, RETRY } from '../support/fleet.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('a workspace that wants its stored plans applied elsewhere', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let taskId: string;

  beforeEach(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    await fleet.agent('a', 1);
    taskId = await plannedTask(db.database, fleet);
    await db.database.rows("update workspaces set on_slot_lost = 'restore'");
    await db.database.rows(
      `insert into plans (task_id, organization_id, attempt, hash, size_bytes, sealed_file, document)
       select id, organization_id, attempt, plan_hash, 1, 'x', '{}' from tasks where id = $1`,
      [taskId],
    );
    await fleet.agent('b', 1);
  });

  afterEach(async () => {
    await db.drop();
  });

  const read = async () => {
    const [task] = await db.database.rows<
      Pick<TaskRow, 'status' | 'phase'> & { agent: string; confirmed: boolean }
    >(
      'select status, phase, agent_id as agent, confirmed_at is not null as confirmed from tasks where id = $1',
      [taskId],
    );
    return task;
  };
  const confirm = async () =>
    confirmTask(db.database, {
      taskId,
      planHash: null,
      comment: null,
      actor: 'user:test',
      principal: 'key:test',
      isPerson: false,
    });
  const loseA = async (): Promise<void> => {
    await db.database.rows(
      "update agent_heartbeats set at = now() - interval '1 minute' where agent_id = 'a'",
    );
    expect(await loseSilentAgents(db.database, LIMITS, RETRY)).toEqual(['a']);
  };
  const applied = async (): Promise<void> => {
    const [assignment] = await claim(db.database);
    expect(assignment).toMatchObject({ taskId, agentId: 'b', phase: 'apply', attempt: 2 });
    if (assignment !== undefined) {
      await accept(db.database, assignment);
    }
    expect(await read()).toMatchObject({ status: 'applying', confirmed: true });
  };

  it('lets a plan wait on when its slot is lost, and applies it in another one once it is confirmed', async () => {
    await loseA();
    expect(await read()).toEqual({ status: 'apply_pending', phase: 'plan', agent: null, confirmed: false });
    expect((await confirm())?.moved).toBe(true);
    await applied();
  });

  it('keeps a confirmation that was given before the slot was lost', async () => {
    await confirm();
    await loseA();
    expect(await read()).toEqual({ status: 'pending', phase: 'apply', agent: null, confirmed: true });
    await applied();
  });

  it('keeps it also when the apply was assigned and not begun', async () => {
    await confirm();
    await claimTasks(db.database, { limit: 1, leaseSeconds: 30 });
    await loseA();
    expect(await read()).toMatchObject({ status: 'pending', phase: 'apply', confirmed: true });
  });

  it('applies elsewhere when the reservation has ended, and when the agent is drained', async () => {
    await db.database.rows(
      "update slots set reserved_until = now() - interval '1 second' where task_id = $1",
      [taskId],
    );
    await expireReservations(db.database, 10);
    await drainAgent(db.database, {
      organizationId: fleet.organizationId,
      agentId: 'a',
      actor: 'user:test',
    });
    await confirm();
    await applied();
  });

  it('plans again where no plan is stored', async () => {
    await db.database.rows('delete from plans');
    await confirm();
    await loseA();
    expect(await read()).toEqual({ status: 'pending', phase: 'plan', agent: null, confirmed: false });
  });

  it('never applies again what was lost in the middle of its apply', async () => {
    await confirm();
    const [assignment] = await claim(db.database);
    if (assignment !== undefined) {
      await accept(db.database, assignment);
    }
    await loseA();
    expect(await read()).toMatchObject({ status: 'failed' });
    expect(await claim(db.database)).toEqual([]);
  });
});
