import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BULK_MS,
  createTask,
  createTasks,
  type AskedTask,
  type NewTask,
  type Recording,
} from '@berth/persistence';
import { PeopleFirst } from '../../apps/api/src/people-first.js';
import { NewTasks } from '../../apps/api/src/tasks/new-tasks.service.js';
import { Fleet } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('tasks that are asked for in one moment', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let rung: string[];
  let newTasks: NewTasks;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(() => {
    rung = [];
    const bell = {
      ring: (_type: string, taskId: string) => {
        rung.push(taskId);
      },
    };
    newTasks = new NewTasks(
      db.database,
      bell as ConstructorParameters<typeof NewTasks>[1],
      new PeopleFirst(),
    );
  });

  afterEach(async () => {
    await db.database.rows('truncate tasks, workspaces cascade');
  });

  afterAll(async () => {
    await db.drop();
  });

  function asked(workspaceId: string, more: Partial<NewTask> = {}): NewTask & { id: string } {
    return {
      id: randomUUID(),
      organizationId: fleet.organizationId,
      operation: 'plan',
      workspaceId,
      configurationId: null,
      source: null,
      planTaskId: null,
      planHash: null,
      message: null,
      priority: 0,
      targets: [],
      replace: [],
      refreshOnly: false,
      autoApply: false,
      actor: 'user:test',
      ...more,
    };
  }

  const of = (task: AskedTask['task'], recording: Recording | null = null): AskedTask => ({
    task,
    recording,
  });

  function deedOf(actor: string, taskId: string): Recording {
    return {
      written: false,
      deed: {
        organizationId: fleet.organizationId,
        actor,
        principal: null,
        sessionId: null,
        apiKeyId: null,
        address: '127.0.0.1',
        userAgent: 'a test',
        requestId: randomUUID(),
        operation: 'createTask',
        objectType: 'task',
        objectId: taskId,
        objectName: null,
        before: undefined,
        after: { message: `of ${actor}` },
      },
    };
  }

  async function count(table: string): Promise<number> {
    const [row] = await db.database.rows<{ n: number }>(`select count(*)::int as n from ${table}`);
    return row?.n ?? 0;
  }

  it('are made in one transaction, each as it was asked for, and the scheduler is told once', async () => {
    const workspaces = await Promise.all([1, 2, 3].map(async () => fleet.workspace()));
    const tasks = workspaces.map((id, n) =>
      asked(id, {
        message: `number ${n}`,
        targets: [`a.b${n}`],
        variables: { names: ['v'], sealed: Buffer.from([n]) },
      }),
    );
    const created = await Promise.all(tasks.map(async (task) => newTasks.create(task)));
    expect(created.map(({ row }) => [row.workspaceId, row.message, row.targets])).toEqual(
      workspaces.map((id, n) => [id, `number ${n}`, [`a.b${n}`]]),
    );
    expect(created.map(({ facts }) => facts?.status)).toEqual(['pending', 'pending', 'pending']);
    expect(
      await db.database.rows(
        `select count(distinct t.xmin::text)::int as transactions, array_agg(v.sealed_variables order by t.message) as sealed,
           array_agg(e.event) as events
         from tasks t join task_variables v on v.task_id = t.id join task_events e on e.task_id = t.id`,
      ),
    ).toEqual([
      {
        transactions: 1,
        sealed: [Buffer.from([0]), Buffer.from([1]), Buffer.from([2])],
        events: ['create', 'create', 'create'],
      },
    ]);
    expect(rung).toEqual([tasks[0]!.id]);
  });

  it('of one workspace stand one behind the other: one writes at a time, and each further plan counts a minute younger', async () => {
    const workspaceId = await fleet.workspace();
    const writing = [0, 5, 0].map((priority) =>
      asked(workspaceId, { operation: 'plan_and_apply', priority }),
    );
    const plans = [1, 2, 3].map(() => asked(workspaceId));
    await createTasks(
      db.database,
      [...writing, ...plans].map((task) => of(task)),
    );
    expect(await db.database.rows('select priority from tasks where writing and lane_head')).toEqual([
      { priority: 5 },
    ]);
    const [one] = await createTasks(db.database, [
      of(asked(workspaceId, { operation: 'destroy', priority: 9 })),
    ]);
    expect(one?.row.laneHead).toBe(false);
    expect(one?.facts?.behind).toMatchObject({ status: 'pending' });
    const turns = await db.database.rows<{ after: number }>(
      `select extract(epoch from fair_at - min(fair_at) over ())::int as after from tasks where not writing order by fair_at`,
    );
    expect(turns.map(({ after }) => after)).toEqual([0, 60, 120]);
    await createTasks(db.database, [of(asked(workspaceId))]);
    expect(
      await db.database.rows(
        'select extract(epoch from max(fair_at) - min(fair_at))::int as last from tasks where not writing',
      ),
    ).toEqual([{ last: 180 }]);
  });

  it('are recorded each as the deed of whoever asked, and only what was made', async () => {
    const workspaceId = await fleet.workspace();
    const [ada, bob, eve] = ['user:ada', 'user:bob', 'user:eve'].map((actor) => {
      const task = asked(workspaceId);
      return of(task, deedOf(actor, task.id));
    });
    await createTask(db.database, bob!.task);
    const before = await count('audit_records');
    const created = await createTasks(db.database, [ada!, bob!, eve!]);
    expect(created.map((one) => one === null)).toEqual([false, true, false]);
    expect([ada, bob, eve].map((one) => one!.recording!.written)).toEqual([true, false, true]);
    expect(await count('audit_records')).toBe(before + 2);
    expect(
      await db.database.rows(
        `select actor, object_id as "objectId", operation, outcome, after from audit_records order by id desc limit 2`,
      ),
    ).toEqual(
      expect.arrayContaining([
        {
          actor: 'user:ada',
          objectId: ada!.task.id,
          operation: 'createTask',
          outcome: 'done',
          after: { message: 'of user:ada' },
        },
        expect.objectContaining({ actor: 'user:eve', objectId: eve!.task.id }),
      ]),
    );
  });

  it('take no place behind one that exists already', async () => {
    const workspaceId = await fleet.workspace();
    // The lowest id would be the first.
    const ended = asked(workspaceId, {
      operation: 'plan_and_apply',
      id: '00000000-0000-4000-8000-000000000000',
    });
    await createTask(db.database, ended);
    await db.database.rows("update tasks set status = 'cancelled', finished_at = now()");
    const [again, next] = await createTasks(db.database, [
      of(ended),
      of(asked(workspaceId, { operation: 'plan_and_apply' })),
    ]);
    expect(again).toBeNull();
    expect(next?.row.laneHead).toBe(true);
  });

  it('that are asked for twice are made once', async () => {
    const task = asked(await fleet.workspace());
    const twice = await Promise.all([1, 2, 3].map(async () => newTasks.create(task)));
    expect(twice.map(({ row }) => row.id)).toEqual([task.id, task.id, task.id]);
    expect(await count('tasks')).toBe(1);
    expect(await count('task_events')).toBe(1);
  });

  it('are not kept from being made by one of them that cannot be', async () => {
    const workspaceId = await fleet.workspace();
    const made = await Promise.allSettled(
      [
        asked(workspaceId),
        asked(randomUUID()),
        asked(workspaceId, { configurationId: randomUUID() }),
        asked(workspaceId, { message: 'the last' }),
      ].map(async (task) => newTasks.create(task)),
    );
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(String((made[1] as PromiseRejectedResult).reason)).toContain('workspace');
    expect(await count('tasks')).toBe(2);
  });

  it('do not wait for a lane that somebody holds for another one', async () => {
    const [held, free] = [await fleet.workspace(), await fleet.workspace()];
    const waiting = await db.database.transaction(BULK_MS, async (sql) => {
      await sql.rows('select 1 from workspaces where id = $1 for update', [held]);
      const all = [held, held, free].map(async (id) => newTasks.create(asked(id)));
      expect((await all[2])?.row.workspaceId).toBe(free);
      return { all };
    });
    expect((await Promise.all(waiting.all)).map(({ row }) => row.workspaceId)).toEqual([held, held, free]);
  });

  it('name the commit that their configuration was fetched at, and that no upload was', async () => {
    const workspaceId = await fleet.workspace();
    const [fetched] = await db.database.rows<{ id: string }>(
      `insert into configurations (organization_id, workspace_id, sha256, size_bytes, content, git_url, git_branch, git_path, git_commit)
       values ($1, $2, 'y', 1, 'y', 'https://git.example/a.git', 'main', 'infra', $3) returning id`,
      [fleet.organizationId, workspaceId, 'c'.repeat(40)],
    );
    const [uploaded] = await db.database.rows<{ id: string }>(
      'select id from configurations where workspace_id = $1 and git_url is null',
      [workspaceId],
    );
    const source = 'of the configuration';
    const created = await createTasks(
      db.database,
      [fetched, uploaded].map((row) => of(asked(workspaceId, { configurationId: row!.id, source }))),
    );
    expect(created.map((one) => one?.row.source)).toEqual([
      {
        kind: 'git',
        url: 'https://git.example/a.git',
        branch: 'main',
        path: 'infra',
        commit: 'c'.repeat(40),
      },
      null,
    ]);
  });
});
