import type { Page, Pool, Task, TaskEvent } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Fleet } from '../support/fleet.js';
import { plannedTask } from '../support/planned-task.js';
import { System } from '../support/system.js';

/** Nobody schedules and the agent is a row, so that each task waits for as long as it is looked at. */
describe('the API on tasks that wait', () => {
  let system: System;
  let planned: string;

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      schedulers: 0,
      registryEnv: { BERTH_AGENT_SUSPECT_AFTER_MS: '600000', BERTH_AGENT_LOST_AFTER_MS: '900000' },
    });
    const fleet = await Fleet.in(system.database.database);
    await fleet.agent('a', 1);
    planned = await plannedTask(system.database.database, fleet);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('says why they wait, one by one and in the list', async () => {
    const workspace = await system.api.workspace('waiting', { 'main.tf': '' });
    const created = await system.api.task(workspace.id, 'plan');
    const waiting = {
      code: 'NO_IDLE_SLOT',
      message: 'no idle slot in pool "default": 1 reserved, 0 running',
      taskId: null,
    };
    expect(created.waiting).toEqual(waiting);
    const { items } = await system.api.expect<Page<Task>>('GET', '/api/v1/tasks');
    expect(items.map((task) => [task.id, task.waiting?.code])).toEqual([
      [created.id, 'NO_IDLE_SLOT'],
      [planned, 'CONFIRMATION'],
    ]);
    const cancelled = await system.api.expect<Task>('POST', `/api/v1/tasks/${created.id}/cancel`, {});
    expect(cancelled.waiting).toBeNull();
  });

  it('caps the reserved slots of a pool', async () => {
    const change = async (body: object, pool = 'default') =>
      system.api.call('PATCH', `/api/v1/pools/${pool}`, body);
    expect((await change({ maxReservedSlots: 3 })).body).toMatchObject({
      name: 'default',
      maxReservedSlots: 3,
    });
    const { items } = await system.api.expect<Page<Pool>>('GET', '/api/v1/pools');
    expect(items.map((pool) => pool.maxReservedSlots)).toEqual([3]);
    expect((await change({ maxReservedSlots: 0 })).status).toBe(400);
    expect((await change({ maxReservedSlots: 1 }, 'nowhere')).status).toBe(404);
    expect((await change({ maxReservedSlots: null })).body.maxReservedSlots).toBeNull();
  });

  it('releases a reservation once, and confirming plans again then', async () => {
    const release = async () =>
      system.api.call('POST', `/api/v1/tasks/${planned}/release-reservation`, {
        comment: 'needed elsewhere',
      });
    const released = await release();
    expect(released.status).toBe(200);
    expect(released.body).toMatchObject({
      status: 'apply_pending',
      reservation: null,
      waiting: { code: 'CONFIRMATION_PLANS_AGAIN' },
    });
    const line = (await system.api.events(planned)).at(-1) as TaskEvent;
    expect(line).toMatchObject({ event: 'reservation_ended', data: { comment: 'needed elsewhere' } });
    expect(line.actor).toBe('key:environment');

    const again = await release();
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'NO_RESERVATION', currentStatus: 'apply_pending' });

    const confirmed = await system.api.expect<Task>('POST', `/api/v1/tasks/${planned}/confirm`, {});
    expect(confirmed).toMatchObject({ status: 'pending', waiting: { code: 'CLAIM_DUE' } });
    const tooLate = await release();
    expect(tooLate.status).toBe(409);
    expect(tooLate.body).toMatchObject({ code: 'STATUS_DOES_NOT_ALLOW', currentStatus: 'pending' });
  });
});
