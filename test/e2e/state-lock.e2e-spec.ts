import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { System } from '../support/system.js';

const MAIN = 'resource "terraform_data" "x" {}\n';
const LOCK = { ID: 'lock-1', Operation: 'OperationTypeApply', Who: 'ada@laptop' };
const WAITS = { code: 'STATE_LOCKED', message: expect.stringContaining('ada@laptop') };
/** Nobody looks by themselves as long as a test takes: only a bell wakes the scheduler. */
const NO_SWEEP = { BERTH_CLAIM_INTERVAL_MS: '60000', BERTH_RECONCILE_INTERVAL_MS: '600000' };

describe('a person who works on the state by hand', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 1, schedulerEnv: NO_SWEEP });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const lockAs = async (verb: string, workspaceId: string, body?: string): Promise<void> => {
    const path = `/api/v1/workspaces/${workspaceId}/terraform-state`;
    expect(await system.api.call(verb, path, body)).toMatchObject({ status: 200 });
  };

  it('keeps tasks waiting without a slot, and with the confirmation, and they go on by themselves', async () => {
    const { id } = await system.api.workspace('by-hand', { 'main.tf': MAIN });
    await lockAs('LOCK', id, JSON.stringify(LOCK));
    const task = await system.api.task(id, 'plan_and_apply');
    const plan = await system.api.task(id, 'plan');
    // It was claimed after the other one would have been.
    await system.api.reaches(plan.id, 'succeeded');
    expect(await system.api.read(task.id)).toMatchObject({ status: 'pending', attempt: 0, waiting: WAITS });

    await lockAs('UNLOCK', id, JSON.stringify(LOCK));
    const planned = await system.api.reaches(task.id, 'apply_pending');

    await lockAs('LOCK', id, JSON.stringify(LOCK));
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, {});
    const other = await system.api.task(id, 'plan');
    await system.api.reaches(other.id, 'succeeded');
    expect(await system.api.read(task.id)).toMatchObject({
      status: 'apply_queued',
      slotId: planned.slotId,
      waiting: WAITS,
    });

    // By force, as terraform force-unlock does it.
    await lockAs('UNLOCK', id);
    expect(await system.api.reaches(task.id, 'succeeded')).toMatchObject({
      attempt: 2,
      retries: 0,
      slotId: planned.slotId,
      phases: { apply: { init: { skipped: true } } },
    });
  }, 60_000);
});
