import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endedTasks, oldLogs, planFiles, readPlanToApply, type Sweep } from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { passOf } from '../support/retention.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const DAYS = 10;
const OLD = 11;

/** Ages are in days. */
interface Run {
  readonly workspaceId?: string | null;
  readonly ended?: number | null;
  readonly status?: string;
  readonly operation?: string;
  readonly planTaskId?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

describe('ended tasks', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let workspaceId: string;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(async () => {
    await db.database.rows('truncate agents, tasks, workspaces, dead_letters cascade');
    workspaceId = await fleet.workspace();
  });

  afterAll(async () => {
    await db.drop();
  });

  /** With a line of its timeline and a log of two pieces. */
  async function run(options: Run = {}): Promise<string> {
    const { ended = OLD, status = ended === null ? 'pending' : 'failed', operation = 'plan' } = options;
    const id = randomUUID();
    const columns: Record<string, unknown> = {
      id,
      organization_id: fleet.organizationId,
      kind: options.workspaceId === null ? 'build' : 'terraform',
      operation: options.workspaceId === null ? null : operation,
      workspace_id: options.workspaceId === undefined ? workspaceId : options.workspaceId,
      pool_id: fleet.poolId,
      plan_task_id: options.planTaskId ?? null,
      status,
      phase: 'plan',
      writing: false,
      lane_head: true,
      error: status === 'failed' ? { code: 'TEST', class: 'permanent', message: 'x' } : null,
      created_at: daysAgo(ended ?? OLD),
      finished_at: ended === null ? null : daysAgo(ended),
      ...options.more,
    };
    await insert('tasks', columns);
    const own = { task_id: id, organization_id: fleet.organizationId };
    await insert('task_events', { ...own, event: 'create', attempt: 0, actor: 'x', message: 'x' });
    await insert('task_logs', {
      ...own,
      phase: 'plan',
      attempt: 1,
      size_bytes: 2,
      created_at: columns['created_at'],
    });
    for (const start_offset of [0, 1]) {
      await insert('task_log_chunks', { ...own, phase: 'plan', start_offset, content: Buffer.from('x') });
    }
    return id;
  }

  async function plan(taskId: string, lockFile: string | null = null, age = OLD): Promise<void> {
    await insert('plans', {
      task_id: taskId,
      organization_id: fleet.organizationId,
      attempt: 1,
      hash: 'x',
      size_bytes: 1,
      sealed_file: Buffer.from('x'),
      lock_file: lockFile,
      document: {},
      created_at: daysAgo(age),
    });
  }

  async function insert(table: string, row: Record<string, unknown>): Promise<void> {
    const names = Object.keys(row);
    const values = Object.values(row).map((value) =>
      typeof value === 'object' && value?.constructor === Object ? JSON.stringify(value) : value,
    );
    await db.database.rows(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      values,
    );
  }

  const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

  async function left(table = 'tasks', column = 'id'): Promise<string[]> {
    const rows = await db.database.rows<{ id: string }>(
      `select distinct ${column}::text as id from ${table} order by 1`,
    );
    return rows.map(({ id }) => id);
  }

  const pass = async (sweep: Sweep = endedTasks(DAYS), limit = 50): Promise<number[]> =>
    passOf(db.database, sweep, limit);

  it('go with timelines, logs and plans once they are old, and the young and those that go on stay', async () => {
    await plan(await run());
    const young = await run({ ended: 9 });
    const goesOn = await run({ ended: null });
    expect(await pass()).toEqual([1]);
    const stay = [young, goesOn].toSorted();
    expect(await left()).toEqual(stay);
    for (const table of ['task_events', 'task_logs', 'task_log_chunks']) {
      expect(await left(table, 'task_id')).toEqual(stay);
    }
    expect(await left('plans', 'task_id')).toEqual([]);
  });

  it('go in batches that look at no more rows than they may, those included that stay', async () => {
    const stays = [];
    for (let n = 0; n < 3; n += 1) {
      stays.push(await run({ ended: OLD + 10, more: { needs_attention: true } }));
    }
    for (let n = 0; n < 7; n += 1) {
      await run();
    }
    expect(await pass(endedTasks(DAYS), 2)).toEqual([0, 1, 2, 2, 2, 0]);
    expect(await left()).toEqual(stays.toSorted());
  });

  it('go with logs of any length, of which a batch takes a part', async () => {
    const id = await run();
    await db.database.rows(
      `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content)
       select $1, 'plan', n, $2, 'x' from generate_series(2, 4100) n`,
      [id, fleet.organizationId],
    );
    expect(await pass()).toEqual([0, 0, 1]);
    expect(await left('task_log_chunks', 'task_id')).toEqual([]);
  });

  it('stay while a person has to see to them', async () => {
    const attention = await run({ more: { needs_attention: true } });
    const letter = await run();
    await insert('dead_letters', { ...owned(letter), discarded_at: null });
    const closed = await run();
    await insert('dead_letters', { ...owned(closed), discarded_at: new Date() });
    const unsaved = await run();
    await unsavedState(unsaved, null);
    const pushed = await run();
    await unsavedState(pushed, 'pushed');
    expect(await pass()).toEqual([2]);
    expect(await left()).toEqual([attention, letter, unsaved].toSorted());
  });

  const owned = (taskId: string) => ({
    organization_id: fleet.organizationId,
    task_id: taskId,
    source: 'task',
    reason: 'x',
    content: Buffer.from(taskId),
    size_bytes: 1,
  });

  async function unsavedState(taskId: string, resolution: string | null): Promise<void> {
    await insert('unsaved_states', {
      organization_id: fleet.organizationId,
      workspace_id: workspaceId,
      task_id: taskId,
      attempt: 1,
      sha256: 'x',
      size_bytes: 1,
      sealed_content: Buffer.from('x'),
      resolution,
      resolved_by: resolution === null ? null : 'user:x',
      resolved_at: resolution === null ? null : new Date(),
    });
  }

  it('stay as the last success of their workspace, which somebody may apply; earlier ones go', async () => {
    await run({ status: 'succeeded', ended: OLD + 2 });
    const last = await run({ status: 'succeeded', ended: OLD + 1 });
    await run({ ended: OLD });
    const other = await run({ status: 'succeeded', workspaceId: await fleet.workspace() });
    expect(await pass()).toEqual([2]);
    expect(await left()).toEqual([last, other].toSorted());
  });

  it('stay where the present state is theirs, and where the next plan begins with their lock file', async () => {
    const wroteBefore = await run({ ended: OLD + 3 });
    const wrote = await run({ ended: OLD + 2 });
    for (const taskId of [wroteBefore, wrote]) {
      await state(taskId);
    }
    const [locked, lockedLast] = [await run({ ended: OLD + 2 }), await run({ ended: OLD + 1 })];
    await plan(locked, 'lock file');
    await plan(lockedLast, 'lock file');
    expect(await pass()).toEqual([2]);
    expect(await left()).toEqual([wrote, lockedLast].toSorted());
    expect(await db.database.rows('select 1 from state_versions')).toHaveLength(2);
  });

  async function state(taskId: string): Promise<void> {
    await insert('state_versions', {
      organization_id: fleet.organizationId,
      workspace_id: workspaceId,
      serial: 1,
      lineage: 'x',
      sha256: 'x',
      size_bytes: 1,
      sealed_content: Buffer.from('x'),
      task_id: taskId,
      actor: 'x',
    });
  }

  it('stay while an apply names their plan, and go after it', async () => {
    const planned = await run({ ended: OLD + 1 });
    const applied = await run({ operation: 'apply', planTaskId: planned, ended: null });
    expect(await pass()).toEqual([0]);
    await db.database.rows("update tasks set status = 'cancelled', finished_at = $2 where id = $1", [
      applied,
      daysAgo(OLD),
    ]);
    expect(await pass()).toEqual([1]);
    expect(await left()).toEqual([planned]);
    expect(await pass()).toEqual([1]);
  });

  it('stay while a slot is theirs, or a build has files, whose age is another', async () => {
    const held = await run();
    await fleet.agent('a', 1);
    await db.database.rows(
      "update slots set state = 'reserved', task_id = $1, attempt = 1, reserved_until = now()",
      [held],
    );
    const [stored] = await db.database.rows<{ id: string }>(
      `insert into stored_objects (organization_id, file_name, state, size_bytes, sha256)
       values ($1, 'x', 'whole', 1, 'x') returning id`,
      [fleet.organizationId],
    );
    const [withFiles, parted] = [await run({ workspaceId: null }), await run({ workspaceId: null })];
    for (const [task_id, source_id] of [
      [withFiles, stored?.id],
      [parted, null],
    ]) {
      await insert('builds', { task_id, organization_id: fleet.organizationId, source_id });
    }
    expect(await pass()).toEqual([1]);
    expect(await left()).toEqual([held, withFiles].toSorted());
  });

  it('are nobody’s obstacle where one of them cannot be removed', async () => {
    const bad = await run();
    await run();
    await run();
    await db.database.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a bad row'; end $$`,
    );
    await db.database.rows(
      `create trigger refused before delete on tasks for each row when (old.id::text = '${bad}') execute function refuse()`,
    );
    const failures: string[] = [];
    const removed = await passOf(db.database, endedTasks(DAYS), 50, (item, error) => {
      failures.push(`${item}: ${String(error)}`);
    });
    await db.database.rows('drop function refuse cascade');
    expect(removed).toEqual([2]);
    expect(await left()).toEqual([bad]);
    expect(failures).toEqual([expect.stringMatching(new RegExp(`^task ${bad}: .*a bad row`))]);
  });

  it('are removed once by several processes at the same time', async () => {
    for (let n = 0; n < 40; n += 1) {
      await run();
    }
    const passes = await Promise.all(Array.from({ length: 4 }, async () => pass(endedTasks(DAYS), 5)));
    const again = await pass();
    expect([...passes.flat(), ...again].reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(await left()).toEqual([]);
  });

  it('lose their logs at another age, which those that go on and those to be looked at keep', async () => {
    const ended = await run();
    const stay = [
      await run({ ended: null }),
      await run({ ended: 1 }),
      await run({ more: { needs_attention: true } }),
    ];
    expect(await pass(oldLogs(DAYS))).toEqual([1]);
    expect(await left('task_log_chunks', 'task_id')).toEqual(stay.toSorted());
    expect(await left('task_logs', 'task_id')).toEqual(stay.toSorted());
    expect(await left()).toContain(ended);
  });

  it('part from their plan’s file at another age, unless somebody may still apply it', async () => {
    const overtaken = await run({ status: 'succeeded', ended: OLD + 2 });
    const waits = await run({ status: 'apply_pending', ended: null });
    const named = await run({ ended: OLD + 1 });
    await run({ operation: 'apply', planTaskId: named, ended: null });
    const last = await run({ status: 'succeeded', ended: OLD });
    for (const taskId of [overtaken, waits, named, last]) {
      await plan(taskId, 'lock file');
    }
    expect(await pass(planFiles(DAYS))).toEqual([1]);
    const parted = await db.database.rows<{ id: string; lock: string; document: object }>(
      'select task_id as id, lock_file as lock, document from plans where sealed_file is null',
    );
    expect(parted).toEqual([{ id: overtaken, lock: 'lock file', document: {} }]);
    expect(await readPlanToApply(db.database, workspaceId, overtaken)).toBeNull();
    expect(await readPlanToApply(db.database, workspaceId, last)).not.toBeNull();
  });
});
