import { afterAll, beforeEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Mask } from '@berth/masking';
import { acceptTask, claimTasks, readLog, type TaskRow } from '@berth/persistence';
import { appendLog, reportFailure } from '../support/its-agent.js';
import { Fleet, RETRY } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const plain = (content: Buffer): Buffer => content;

describe('the log of a phase', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let session: string;
  let task: TaskRow;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(async () => {
    await db.database.rows('truncate agents, slots, agent_heartbeats, tasks, workspaces cascade');
    session = await fleet.agent('a', 1);
    task = await fleet.task(await fleet.workspace());
    await begin();
  });

  afterAll(async () => {
    await db.drop();
  });

  async function begin(): Promise<void> {
    await db.database.rows('update tasks set run_after = now()');
    const [assignment] = await claimTasks(db.database, { limit: 1, leaseSeconds: 30 });
    if (assignment === undefined) {
      throw new Error('nothing was claimed');
    }
    await acceptTask(db.database, { ...assignment, sessionId: session });
  }

  const append = async (attempt: number, offset: number, text: string, maxBytes = 1_000) =>
    appendLog(db.database, {
      taskId: task.id,
      attempt,
      phase: 'plan',
      offset,
      content: Buffer.from(text),
      maxBytes,
    });
  const text = async (offset = 0) =>
    (
      await readLog(db.database, { taskId: task.id, phase: 'plan', offset, limit: 10_000 }, plain)
    ).content.toString('utf8');

  it('takes a piece that is sent twice once, and the new part of one that overlaps', async () => {
    expect(await append(1, 0, 'one ')).toMatchObject({ nextOffset: 4 });
    expect(await append(1, 0, 'one ')).toMatchObject({ nextOffset: 4 });
    expect(await append(1, 2, 'e two ')).toMatchObject({ nextOffset: 8 });
    expect(await text()).toBe('one two ');
    expect(await text(4)).toBe('two ');
  });

  it('says where it goes on when a piece is missing before the one that came', async () => {
    await append(1, 0, 'one ');
    expect(await append(1, 9, 'three')).toMatchObject({ nextOffset: 4 });
    expect(await text()).toBe('one ');
  });

  it('goes on behind the attempt before, whose own pieces are stale then', async () => {
    await append(1, 0, 'first ');
    const failure = { code: 'TEST', class: 'transient', message: 'for now' } as const;
    const report = {
      taskId: task.id,
      attempt: 1,
      failure,
      interrupted: true,
      stopped: false,
      record: {},
      actor: 'agent:a',
    };
    await reportFailure(db.database, report, RETRY);
    await begin();
    expect(await append(2, 0, 'second')).toMatchObject({ nextOffset: 6 });
    expect(await append(1, 6, 'late')).toEqual({ outcome: 'stale' });
    expect(await text()).toBe('first second');
  });

  it('is cut at its limit with a line that says so, and what comes later counts as taken', async () => {
    expect(await append(1, 0, '0123456789', 8)).toMatchObject({ nextOffset: 10 });
    expect(await append(1, 10, 'more', 8)).toMatchObject({ nextOffset: 14 });
    expect(await append(1, 14, 'and more', 8)).toMatchObject({ nextOffset: 22 });
    expect(await text()).toMatch(/^01234567\n\(the log is cut here[^\n]*\)\n$/);
  });

  it('keeps what is masked, counts what came, and takes no part of a piece that its mask does not', async () => {
    const mask = Mask.of(['a-secret-value']);
    const masked = async (offset: number, piece: string) =>
      appendLog(db.database, {
        taskId: task.id,
        attempt: 1,
        phase: 'plan',
        offset,
        content: Buffer.from(piece),
        maxBytes: 1_000,
        mask: (bytes) => mask.piece(bytes),
      });
    const whole = 'it is a-secret-value, or a-secret-value\n';
    expect(await masked(0, whole.slice(0, 30))).toMatchObject({ nextOffset: 25 });
    expect(await masked(25, whole.slice(25))).toMatchObject({ nextOffset: whole.length });
    expect(await masked(0, whole)).toMatchObject({ nextOffset: whole.length });
    expect(await masked(whole.length, 'more')).toMatchObject({ nextOffset: whole.length + 4 });
    expect(await text()).toBe('it is ***, or ***\nmore');
  });
});
