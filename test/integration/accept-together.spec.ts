import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptTasks, BULK_MS, type Acceptance, type Assignment, type Sql } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { claim } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { speakerOf } from '../support/speakers.js';

describe('plans that are accepted in one moment', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  async function assigned(count: number): Promise<Assignment[]> {
    for (let n = 0; n < count; n += 1) {
      await fleet.task(await fleet.workspace());
    }
    return claim(db.database);
  }

  async function acceptance(one: Assignment, more: Partial<Acceptance> = {}): Promise<Acceptance> {
    const { sessionId } = await speakerOf(db.database, one.taskId);
    return { ...one, sessionId, ...more };
  }

  const workspaceOf = async (sql: Sql, taskId: string): Promise<string | undefined> => {
    const [row] = await sql.rows<{ id: string }>('select workspace_id as id from tasks where id = $1', [
      taskId,
    ]);
    return row?.id;
  };

  async function acceptAll(acceptances: readonly Acceptance[]): Promise<(string | null)[]> {
    return acceptTasks(db.database, acceptances, workspaceOf, (task, read) => {
      expect(read).toBe(task.workspaceId);
      return { made: task.status, sealedInputs: Buffer.from(task.id) };
    });
  }

  it('are taken in one transaction, each with what was read for it', async () => {
    await fleet.agent('a', 2);
    await fleet.agent('b', 2);
    const acceptances = await Promise.all((await assigned(4)).map(async (one) => acceptance(one)));
    expect(await acceptAll(acceptances)).toEqual(Array.from({ length: 4 }, () => 'planning'));
    expect(
      await db.database.rows(
        `select count(distinct t.xmin::text)::int as transactions, count(distinct t.session_id)::int as sessions,
           count(*) filter (where e.actor = 'agent:' || t.agent_id)::int as told
         from tasks t join task_events e on e.task_id = t.id and e.event = 'accept'`,
      ),
    ).toEqual([{ transactions: 1, sessions: 2, told: 4 }]);
    expect(
      await db.database.rows(
        `select count(*)::int as kept from tasks t
         join plan_inputs i on i.task_id = t.id and i.attempt = t.attempt and i.sealed_inputs = convert_to(t.id::text, 'UTF8')`,
      ),
    ).toEqual([{ kept: 4 }]);
  });

  it('leave out what is stale, named twice, of another session, or held by somebody', async () => {
    await fleet.agent('a', 6);
    const all = await assigned(5);
    const [good, stale, foreign, held, other] = all;
    const elsewhere = await fleet.agent('b', 1);
    const acceptances = [
      await acceptance(good!),
      await acceptance(good!),
      await acceptance(stale!, { attempt: 9 }),
      await acceptance(foreign!, { sessionId: elsewhere }),
      await acceptance(held!),
      await acceptance(other!),
    ];
    await db.database.transaction(BULK_MS, async (sql) => {
      await sql.rows('select 1 from tasks where id = $1 for update', [held!.taskId]);
      expect(await acceptAll(acceptances)).toEqual(['planning', null, null, null, null, 'planning']);
    });
    expect(
      await db.database.rows('select status, count(*)::int as tasks from tasks group by 1 order by 1'),
    ).toEqual([
      { status: 'assigned', tasks: 3 },
      { status: 'planning', tasks: 2 },
    ]);
  });

  it('are none of them taken where something is wrong with one', async () => {
    await fleet.agent('a', 2);
    const acceptances = await Promise.all((await assigned(2)).map(async (one) => acceptance(one)));
    const failing = acceptTasks(db.database, acceptances, workspaceOf, (task) => {
      if (task.id === acceptances[1]?.taskId) {
        throw new Error('its secrets cannot be opened');
      }
      return { made: task.status, sealedInputs: Buffer.alloc(1) };
    });
    await expect(failing).rejects.toThrow('its secrets cannot be opened');
    expect(await db.database.rows('select distinct status from tasks')).toEqual([{ status: 'assigned' }]);
  });
});
