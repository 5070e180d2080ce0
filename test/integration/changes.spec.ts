import {
  discardDeadLetter,
  drainAgent,
  endChanges,
  keepDeadLetter,
  presentHorizon,
  readMissedChanges,
  readRecentChanges,
  recordHeartbeat,
  releaseReservation,
  suspectAgent,
  type Assignment,
  type NoticedChange,
} from '@berth/persistence';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { appendLog, recordProgress } from '../support/its-agent.js';
import { Fleet, heartbeat } from '../support/fleet.js';
import { accept, claim, plannedTask } from '../support/planned-task.js';
import { connect, testDatabase, type TestDatabase } from '../support/servers.js';

const OFF = '00000000-0000-0000-0000-0000000000ff';

describe('what was changed is noticed', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let heard: NoticedChange[];
  let agents = 0;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
    db.database.changes.listen((changes) => heard.push(...changes));
  });

  afterAll(async () => {
    await db.drop();
  });

  beforeEach(() => {
    heard = [];
  });

  /** Kinds and refs of what `work` changed, as the process hears them and as the table has them. */
  async function changedBy(work: () => Promise<unknown>): Promise<Record<string, string[]>> {
    const horizon = await presentHorizon(db.database);
    const before = await readRecentChanges(db.database, horizon, 1_000);
    heard = [];
    await work();
    const after = await readRecentChanges(db.database, horizon, 1_000);
    const changes = after.changes.filter(({ id }) => !before.changes.some((change) => change.id === id));
    const told: Record<string, string[]> = {};
    for (const { kind, refs } of heard) {
      told[kind] = [...new Set([...(told[kind] ?? []), ...refs])].sort();
    }
    const written = new Set(changes.map(({ kind, ref }) => `${kind} ${ref}`));
    const { task_event: _events, log: _logs, ...listed } = told;
    const spoken = Object.entries(listed).flatMap(([kind, refs]) => refs.map((ref) => `${kind} ${ref}`));
    expect([...written].sort()).toEqual(spoken.sort());
    return told;
  }

  it('of a task at each step of its life, with its slot, its timeline and its log', async () => {
    const agent = `walk-${(agents += 1)}`;
    expect(await changedBy(async () => fleet.agent(agent, 1))).toEqual({
      agent: [agent],
      slot: [`${agent}/1`],
    });
    const workspace = await fleet.workspace();
    let id = '';
    const created = await changedBy(async () => {
      ({ id } = await fleet.task(workspace, 'plan_and_apply'));
    });
    expect(created).toEqual({ task: [id], task_event: [id] });
    const whole = { task: [id], task_event: [id], slot: [`${agent}/1`] };
    let assignments: Assignment[] = [];
    const claimed = await changedBy(async () => {
      assignments = await claim(db.database);
    });
    expect(claimed).toEqual(whole);
    const [assignment] = assignments as [Assignment];
    const { attempt } = assignment;
    const accepted = await changedBy(async () => accept(db.database, assignment));
    expect(accepted).toEqual({ task: [id], task_event: [id] });
    const progress = {
      taskId: id,
      attempt,
      phase: 'plan',
      at: new Date().toISOString(),
      record: {},
    } as const;
    const stepped = await changedBy(async () =>
      recordProgress(db.database, { ...progress, stage: 'init', message: 'init', actor: 'agent:x' }),
    );
    expect(stepped).toEqual({ task: [id], task_event: [id] });
    const piece = { taskId: id, attempt, phase: 'plan', offset: 0, maxBytes: 1_000 } as const;
    const append = async () => appendLog(db.database, { ...piece, content: Buffer.from('a line\n') });
    expect(await changedBy(append)).toEqual({ log: [id] });
    expect(await changedBy(append)).toEqual({});
    await db.database.rows("update tasks set lease_until = now() + interval '9 s' where id = $1", [id]);
    expect(heard).toEqual([]);
    await drainAgent(db.database, { organizationId: fleet.organizationId, agentId: agent, actor: 'user:x' });
  });

  it('of a task whose reservation ends, though its row is as before', async () => {
    const agent = `reserved-${(agents += 1)}`;
    await fleet.agent(agent, 1);
    const taskId = await plannedTask(db.database, fleet);
    const told = await changedBy(async () =>
      releaseReservation(db.database, { taskId, comment: null, actor: 'user:x' }),
    );
    expect(told).toMatchObject({ task: [taskId], slot: [`${agent}/1`] });
    await drainAgent(db.database, { organizationId: fleet.organizationId, agentId: agent, actor: 'user:x' });
  });

  it('of an agent when its status moves, and of no heartbeat that moves none', async () => {
    const agent = `heart-${(agents += 1)}`;
    const sessionId = await fleet.agent(agent, 1);
    const beat = async () => recordHeartbeat(db.database, heartbeat(agent, sessionId), 60);
    expect(await changedBy(beat)).toEqual({});
    expect(await changedBy(async () => suspectAgent(db.database, agent))).toEqual({ agent: [agent] });
    expect(await changedBy(beat)).toEqual({ agent: [agent] });
    expect(await changedBy(beat)).toEqual({});
  });

  it('of a dead letter that nobody owns, kept once and discarded', async () => {
    const letter = {
      source: 'q',
      messageId: 'm',
      messageType: null,
      routingKey: null,
      reason: 'r',
      content: Buffer.from('x'),
      sizeBytes: 1,
      headers: {},
      firstAt: new Date(),
    };
    const nobody = { taskId: null, attempt: null, agentId: null };
    const kept = await changedBy(async () => keepDeadLetter(db.database, letter, nobody));
    const [id = ''] = kept['dead_letter'] ?? [];
    expect(heard[0]?.organizationIds).toEqual([null]);
    expect(await changedBy(async () => keepDeadLetter(db.database, letter, nobody))).toEqual({});
    expect(await changedBy(async () => discardDeadLetter(db.database, id))).toEqual({ dead_letter: [id] });
    expect(await changedBy(async () => discardDeadLetter(db.database, id))).toEqual({});
  });

  it('of a workspace that goes with all of its tasks, once', async () => {
    const workspace = await fleet.workspace();
    for (let n = 0; n < 3; n += 1) {
      await fleet.task(workspace);
    }
    const told = await changedBy(async () =>
      db.database.rows('delete from workspaces where id = $1', [workspace]),
    );
    expect(told).toEqual({ task_gone: [fleet.organizationId] });
  });

  it('of nothing that was rolled back', async () => {
    const { id } = await fleet.task(await fleet.workspace());
    const told = await changedBy(async () =>
      db.database
        .transaction(1_000, async (sql) => {
          await sql.rows("update tasks set stage = 'never' where id = $1", [id]);
          throw new Error('no');
        })
        .catch(() => undefined),
    );
    expect(told).toEqual({});
  });

  it('of every table whose rows a page is shown', async () => {
    const watched = await db.database.rows<{ table: string; events: string }>(
      `select event_object_table as "table", string_agg(distinct event_manipulation, ' ') as events
       from information_schema.triggers where trigger_name like 'note_%' or trigger_name like 'ring_%' group by 1 order by 1`,
    );
    const all = 'DELETE INSERT UPDATE';
    expect(watched).toEqual([
      { table: 'agents', events: all },
      { table: 'approvals', events: 'INSERT UPDATE' },
      { table: 'dead_letters', events: all },
      { table: 'slots', events: all },
      { table: 'task_events', events: 'INSERT' },
      { table: 'task_log_chunks', events: 'INSERT' },
      { table: 'tasks', events: all },
    ]);
  });

  it('also where one that began earlier commits later', async () => {
    const { id: early } = await fleet.task(await fleet.workspace());
    const { id: late } = await fleet.task(await fleet.workspace());
    const stage = 'update tasks set stage = $2 where id = $1';
    const other = await connect(db.url, 2);
    let horizon = await presentHorizon(db.database);
    // A transaction of another database of the server keeps the horizon back: what is before it is seen again.
    const before = await readRecentChanges(db.database, horizon, 1_000);
    const known = new Set(before.changes.map(({ id }) => id));
    const seen: string[] = [];
    const look = async (): Promise<void> => {
      const read = await readRecentChanges(db.database, horizon, 1_000);
      seen.push(...read.changes.filter(({ id }) => !known.has(id)).map(({ ref }) => ref));
      ({ horizon } = read);
    };
    await other.transaction(5_000, async (sql) => {
      await sql.rows(stage, [late, 'begun first']);
      await db.database.rows(stage, [early, 'committed first']);
      await look();
      expect(seen).toEqual([early]);
    });
    await look();
    expect(seen).toContain(late);
    await other.close();
  });

  it('for each organization its own, for some minutes', async () => {
    const horizon = await presentHorizon(db.database);
    // A transaction that is open in any database of the server makes them begin earlier.
    const before = await readRecentChanges(db.database, horizon, 1_000);
    const known = new Set(before.changes.map(({ id }) => id));
    const { id } = await fleet.task(await fleet.workspace());
    const told = async (organizationId: string): Promise<string[]> =>
      (await readMissedChanges(db.database, organizationId, horizon, 1_000)).changes
        .filter((change) => !known.has(change.id))
        .map(({ ref }) => ref);
    expect(await told(fleet.organizationId)).toContain(id);
    expect(await told(OFF)).toEqual([]);
    await db.database.rows("update changes set at = now() - interval '1 hour' where ref = $1", [id]);
    expect(await endChanges(db.database, 20, 100)).toBe(1);
    expect(await told(fleet.organizationId)).not.toContain(id);
  });
});
