import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordObservations } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

describe('what terraform says of single resources', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  it('is in the timeline once, though its batch is delivered twice', async () => {
    await fleet.agent('a', 1);
    const { id: taskId } = await fleet.task(await fleet.workspace());
    const [assignment] = await claim(db.database);
    if (assignment === undefined) {
      throw new Error('nothing was claimed');
    }
    await accept(db.database, assignment);
    const { attempt } = assignment;
    const batch = async (...seconds: number[]) =>
      recordObservations(db.database, {
        taskId,
        attempt,
        phase: 'plan',
        actor: 'agent:a',
        observations: seconds.map((second) => ({
          at: `2026-11-20T10:00:0${second}.000Z`,
          event: 'resource_planned',
          message: `resource ${second}`,
          data: { address: `a.${second}`, line: null },
        })),
      });
    expect(await batch(1, 2, 3)).toBe(true);
    expect(await batch(3, 4)).toBe(true);
    expect(await batch(1, 2, 3)).toBe(true);
    expect(await batch(3, 4)).toBe(true);
    const events = await db.database.rows<{ message: string }>(
      "select message from task_events where event = 'resource_planned' order by id",
    );
    expect(events.map(({ message }) => message)).toEqual([
      'resource 1',
      'resource 2',
      'resource 3',
      'resource 3',
      'resource 4',
    ]);
  });
});
