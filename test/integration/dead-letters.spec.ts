import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  discardDeadLetter,
  keepDeadLetter,
  openDeadLetters,
  replayDeadLetter,
  reopenDeadLetter,
  type DeadMessage,
} from '@berth/persistence';
import { Fleet } from '../support/fleet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const NOBODY = { taskId: null, attempt: null, agentId: null };

function message(messageId: string | null, content: string): DeadMessage {
  return {
    source: 'berth.scheduler',
    messageId,
    messageType: 'task.finished',
    routingKey: 'task.finished',
    reason: 'the body is not JSON',
    content: Buffer.from(content),
    sizeBytes: content.length,
    headers: {},
    firstAt: new Date(),
  };
}

describe('dead letters', () => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await testDatabase();
  });

  afterAll(async () => {
    await db.drop();
  });

  async function idOf(content: string): Promise<string> {
    const [row] = await db.database.rows<{ id: string }>('select id from dead_letters where content = $1', [
      Buffer.from(content),
    ]);
    return row!.id;
  }

  it('are one when the same message is delivered twice, and two where only its id is the same', async () => {
    const before = await openDeadLetters(db.database);
    await keepDeadLetter(db.database, message('m-1', 'first'), NOBODY);
    await keepDeadLetter(db.database, message('m-1', 'first'), NOBODY);
    await keepDeadLetter(db.database, message('m-1', 'second'), NOBODY);
    await keepDeadLetter(db.database, message(null, 'no id'), NOBODY);
    await keepDeadLetter(db.database, message(null, 'no id'), NOBODY);
    expect((await openDeadLetters(db.database)) - before).toBe(4);
  });

  it('belong to the organization of the task or the agent that they name', async () => {
    const fleet = await Fleet.in(db.database);
    await fleet.agent('whose', 1);
    const task = await fleet.task(await fleet.workspace());
    await keepDeadLetter(db.database, message('t', 'of a task'), { ...NOBODY, taskId: task.id });
    await keepDeadLetter(db.database, message('a', 'of an agent'), { ...NOBODY, agentId: 'whose' });
    await keepDeadLetter(db.database, message('n', 'of nobody'), { ...NOBODY, taskId: fleet.poolId });
    const rows = await db.database.rows<{ organization_id: string | null }>(
      "select organization_id from dead_letters where message_id in ('t', 'a', 'n') order by created_at",
    );
    expect(rows.map((row) => row.organization_id)).toEqual([
      fleet.organizationId,
      fleet.organizationId,
      null,
    ]);
  });

  it('are kept whatever characters they bring', async () => {
    const letter = { ...message('z\0', 'zero'), reason: 'a\0b', headers: { '\0': '\0', slash: '\\u0000' } };
    await keepDeadLetter(db.database, letter, { ...NOBODY, agentId: '\0' });
    expect(await idOf('zero')).toEqual(expect.any(String));
  });

  it('are replayed once, of two at the same time', async () => {
    await keepDeadLetter(db.database, message('r', 'race'), NOBODY);
    const id = await idOf('race');
    const answers = await Promise.all([replayDeadLetter(db.database, id), replayDeadLetter(db.database, id)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await discardDeadLetter(db.database, id)).toBe(false);
    await reopenDeadLetter(db.database, id);
    expect(await discardDeadLetter(db.database, id)).toBe(true);
    expect(await discardDeadLetter(db.database, id)).toBe(true);
    expect(await replayDeadLetter(db.database, id)).toBe(false);
  });
});
