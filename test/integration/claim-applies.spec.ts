import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LoopWatch } from '@berth/observability';
import { confirmTask, type Assignment } from '@berth/persistence';
import { RightOfWay } from '@berth/process';
import { ClaimLoop } from '../../apps/scheduler/src/claim.loop.js';
import type { Dispatcher } from '../../apps/scheduler/src/dispatcher.js';
import { readEnv } from '../../apps/scheduler/src/env.js';
import { Fleet } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

describe('a confirmed apply', () => {
  let db: TestDatabase;
  let fleet: Fleet;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  afterAll(async () => {
    await db.drop();
  });

  it('is claimed and told while a claim of plans is still telling its agents', async () => {
    await fleet.agent('a', 3);
    const confirmed = await plannedTask(db.database, fleet);
    await fleet.task(await fleet.workspace());
    const told: Pick<Assignment, 'taskId' | 'phase'>[] = [];
    let endTelling = (): void => undefined;
    const telling = new Promise<void>((resolve) => {
      endTelling = resolve;
    });
    const dispatcher: Pick<Dispatcher, 'canDispatch' | 'dispatch'> = {
      canDispatch: true,
      dispatch: async ({ taskId, phase }) => {
        told.push({ taskId, phase });
        await (phase === 'plan' ? telling : null);
      },
    };
    const { logger, metrics } = quietly();
    // Nothing is let through because it has waited for long.
    const people = new RightOfWay(2 ** 31 - 1);
    const env = readEnv({ DATABASE_URL: 'postgres://h/d', AMQP_URL: 'amqp://h' });
    const claims = new ClaimLoop(
      env,
      db.database,
      dispatcher as Dispatcher,
      people,
      new LoopWatch(metrics, logger),
      metrics,
    );
    claims.start();
    try {
      await waitFor('the plan to be told', async () => told.length === 1);
      await confirmTask(db.database, {
        taskId: confirmed,
        planHash: null,
        comment: null,
        actor: 'user:test',
        principal: 'key:test',
        isPerson: false,
      });
      claims.wakeForApply();
      // As results and other claims do.
      const toldBeforeOthers = people.turn().then(() => told.length);
      await waitFor('the apply to be told', async () => told.length === 2);
      expect(told[1]).toEqual({ taskId: confirmed, phase: 'apply' });
      expect(await toldBeforeOthers).toBe(2);
    } finally {
      endTelling();
      await claims.stop();
    }
  });
});
