import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PublishOutcome, Publisher } from '@berth/messaging';
import { LoopWatch } from '@berth/observability';
import { isAnybodyLate } from '@berth/persistence';
import { readEnv } from '../../apps/registry/src/env.js';
import { LivenessLoop } from '../../apps/registry/src/liveness.loop.js';
import { Fleet } from '../support/fleet.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

/** Agents count as lost after so long; the loop listens for as long before it judges. */
const LOST_AFTER_MS = 500;

describe('the judge of agents', () => {
  let db: TestDatabase;
  let loop: LivenessLoop | undefined;
  /** A double of the broker's answers: one in a memory alarm takes a message and says nothing. */
  let answer: PublishOutcome;
  let asked: number;
  let ready: boolean;

  beforeEach(async () => {
    db = await testDatabase();
    const fleet = await Fleet.in(db.database);
    for (const agent of ['a', 'b', 'c']) {
      await fleet.agent(agent, 1);
    }
    await db.database.rows("update agent_heartbeats set at = at + interval '1 hour' where agent_id <> 'a'");
    asked = 0;
    ready = true;
  });

  afterEach(async () => {
    await loop?.stop();
    await db.drop();
  });

  function judge(): void {
    const publisher = {
      canPublish: true,
      publish: async () => {
        asked += 1;
        return answer;
      },
    } as unknown as Publisher;
    const { logger, metrics } = quietly();
    const env = readEnv({
      DATABASE_URL: db.url,
      AMQP_URL: 'amqp://localhost',
      BERTH_AGENT_SUSPECT_AFTER_MS: '200',
      BERTH_AGENT_LOST_AFTER_MS: String(LOST_AFTER_MS),
    });
    loop = new LivenessLoop(env, db.database, publisher, logger, new LoopWatch(metrics, logger), metrics);
    loop.start(async () => ready);
  }

  const status = async (): Promise<string | undefined> =>
    (await db.database.rows<{ status: string }>("select status from agents where id = 'a'"))[0]?.status;

  it('declares a silent agent lost once the broker has taken a message', async () => {
    answer = { outcome: 'queued' };
    judge();
    await waitFor('the loss', async () => (await status()) === 'lost');
  });

  it('declares nobody lost while the broker takes nothing, though it says so to nobody', async () => {
    answer = { outcome: 'unknown', reason: 'the broker did not confirm in time' };
    judge();
    await waitFor('two looks at the silent agent', async () => asked >= 2);
    expect(await status()).toBe('suspect');
    answer = { outcome: 'queued' };
    await waitFor('the loss', async () => (await status()) === 'lost');
  });

  it('declares nobody lost while its own service is not ready: heartbeats may not find their way', async () => {
    answer = { outcome: 'queued' };
    ready = false;
    judge();
    await waitFor('two looks at the silent agent', async () => asked >= 2);
    expect(await status()).toBe('suspect');
    ready = true;
    await waitFor('the loss', async () => (await status()) === 'lost');
  });

  it.each([
    [
      'nobody, where all are heard in time',
      "update agent_heartbeats set at = now() + interval '1 hour'",
      false,
    ],
    ['an agent that is late', "update agent_heartbeats set at = now() - interval '10 seconds'", true],
    [
      'no worker that may be silent for longer',
      "with w as (update agents set kind = 'worker') update agent_heartbeats set at = now() - interval '10 seconds'",
      false,
    ],
    ['nobody who is gone and has nothing', "update agents set status = 'lost'", false],
    [
      'somebody who is gone and has a task',
      "with l as (update agents set status = 'lost') update slots set state = 'running', task_id = (select id from tasks), attempt = 1 where agent_id = 'b'",
      true,
    ],
  ])('has to look at %s', async (_who, change, late) => {
    const fleet = await Fleet.in(db.database);
    await fleet.task(await fleet.workspace());
    await db.database.rows(change);
    expect(await isAnybodyLate(db.database, { agent: 5_000, worker: 60_000 })).toBe(late);
  });
});
