import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Failure } from '@berth/domain';
import { type TaskRow } from '@berth/persistence';
import { reportFailure } from '../support/its-agent.js';
import { Fleet } from '../support/fleet.js';
import { accept, claim } from '../support/planned-task.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const AT_ONCE = { firstDelayMs: 0, maxDelayMs: 0 };

describe('a task that fails in the same way again', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterEach(async () => {
    await db.database.rows(
      'truncate agents, slots, agent_heartbeats, tasks, workspaces, dead_letters cascade',
    );
  });

  afterAll(async () => {
    await db.drop();
  });

  async function fail(failure: Partial<Failure>, interrupted = false): Promise<TaskRow | null> {
    const [assignment] = await claim(db.database);
    await accept(db.database, assignment!);
    const whole = { code: 'TERRAFORM_FAILED', class: 'transient', message: 'Odd', ...failure } as const;
    const report = { failure: whole, interrupted, stopped: false, record: {}, actor: 'agent:a' };
    return reportFailure(db.database, { ...assignment!, ...report }, AT_ONCE);
  }

  const begin = async (): Promise<void> => {
    await fleet.agent('a', 1);
    await fleet.task(await fleet.workspace());
  };

  it('ends for good the second time, and says so', async () => {
    await begin();
    expect(await fail({ message: 'Odd after 3s.' })).toMatchObject({
      status: 'pending',
      retries: 1,
      error: { class: 'transient', message: 'Odd after 3s. The task is tried again (retry 1 of 5).' },
    });
    const ended = await fail({ message: 'Odd after 11s.' });

    expect(ended).toMatchObject({
      status: 'failed',
      retries: 1,
      error: {
        code: 'TERRAFORM_FAILED',
        class: 'permanent',
        message: expect.stringMatching(/^Odd after 11s\. It has failed in the same way twice in a row, /),
      },
    });
    expect(await db.database.rows('select 1 from dead_letters')).toEqual([]);
  });

  it('of a provider that does not start ends for good the second time, whatever it says', async () => {
    await begin();
    const code = 'TERRAFORM_PROVIDER_START_FAILED';
    expect(await fail({ code, message: 'Unrecognized remote plugin message.' })).toMatchObject({
      retries: 1,
    });
    expect(await fail({ code, message: 'plugin exited before we could connect.' })).toMatchObject({
      status: 'failed',
      retries: 1,
      error: { code, class: 'permanent' },
    });
  });

  it('is tried on where it is another failure, or another thing came in between', async () => {
    await begin();
    await fail({ message: 'Odd.' });
    expect(await fail({ message: 'Even.' })).toMatchObject({ status: 'pending', retries: 2 });
    expect(await fail({ code: 'AGENT_DISK_FULL', message: 'Full.' })).toMatchObject({ retries: 3 });
    expect(await fail({ message: 'Even.' })).toMatchObject({ status: 'pending', retries: 4 });
    expect(await fail({ message: 'Even.' }, true)).toMatchObject({ status: 'pending', retries: 4 });
  });

  it.each([
    'TERRAFORM_REGISTRY_UNAVAILABLE',
    'TERRAFORM_DISK_FULL',
    'TERRAFORM_OUT_OF_MEMORY',
    'GIT_UNREACHABLE',
  ])('with %s uses all its retries, and says then how often it has been tried', async (code) => {
    await begin();
    let task: TaskRow | null = null;
    for (let time = 0; time < 6; time += 1) {
      task = await fail({ code, message: 'Gone; the task is tried again.' });
    }

    expect(task).toMatchObject({
      status: 'failed',
      error: {
        class: 'transient',
        message: 'Gone. It has been tried 6 times: all 5 retries are used up.',
      },
    });
    const events = await db.database.rows<{ message: string }>('select message from task_events');
    expect(events.filter(({ message }) => message.includes('tried again'))).toEqual([]);
  });

  it('of a state that is locked costs no retry', async () => {
    await begin();
    for (let time = 0; time < 7; time += 1) {
      expect(await fail({ code: 'TERRAFORM_STATE_LOCKED', message: 'ada holds the lock.' })).toMatchObject({
        status: 'pending',
        retries: 0,
        error: { message: expect.stringContaining('ada holds the lock. The task is tried again (') },
      });
    }
  });
});
