import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { PlanGate } from '../support/plan-gate.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {}\n' };
const BROKEN = { 'main.tf': 'resource {\n' };

describe('a cancel', () => {
  let gate: PlanGate;
  let system: System;
  let workspaces = 0;

  beforeAll(async () => {
    gate = await PlanGate.make();
    system = await System.start({
      agents: 1,
      agentEnv: { PATH: gate.path, BERTH_AGENT_SLOTS: '1', BERTH_AGENT_CONCURRENCY: '1' },
    });
  }, 90_000);

  afterEach(async () => {
    await gate.open();
    [...system.agents, ...system.schedulers].forEach((one) => {
      one.signal('SIGCONT');
    });
  });

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function newTask(operation: string, files = CONFIGURATION): Promise<Task> {
    const workspace = await system.api.workspace(`cancelled-${(workspaces += 1)}`, files);
    return system.api.task(workspace.id, operation);
  }

  const cancel = async (task: Task): Promise<Task> =>
    system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);

  /** The task is at its end for good, and its slot takes the next one. */
  async function staysCancelled(task: Task): Promise<void> {
    const next = await newTask('plan');
    await system.api.reaches(next.id, 'succeeded');
    const read = await system.api.read(task.id);
    expect(read.status).toBe('cancelled');
    expect(read.finishedAt).not.toBeNull();
    expect(await system.database.database.rows("select 1 from slots where state <> 'idle'")).toEqual([]);
    expect(await system.database.database.rows('select 1 from state_locks')).toEqual([]);
    await refused(read, 'cancelled');
  }

  async function refused(task: Task, status: Task['status']): Promise<void> {
    expect(await system.api.call('POST', `/api/v1/tasks/${task.id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'STATUS_DOES_NOT_ALLOW', currentStatus: status },
    });
  }

  it('ends a pending task at once', async () => {
    system.schedulers[0]?.signal('SIGSTOP');
    const task = await newTask('plan');
    expect(await cancel(task)).toMatchObject({ status: 'cancelled' });
    system.schedulers[0]?.signal('SIGCONT');
    await staysCancelled(task);
  }, 60_000);

  it('ends a task at once that its agent has not accepted; the agent finds it gone', async () => {
    const [agent] = system.agents;
    agent?.signal('SIGSTOP');
    const task = await newTask('plan');
    await system.api.reaches(task.id, 'assigned');
    expect(await cancel(task)).toMatchObject({ status: 'cancelled' });
    agent?.signal('SIGCONT');
    await staysCancelled(task);
    expect((await system.api.events(task.id)).map((one) => one.event)).not.toContain('accept');
  }, 60_000);

  it('asks the agent to stop a running plan, which ends the task', async () => {
    await gate.close();
    const task = await newTask('plan');
    await waitFor('the plan to run', async () => {
      const { status, stage } = await system.api.read(task.id);
      return status === 'planning' && stage === 'plan';
    });
    expect(await cancel(task)).toMatchObject({ status: 'planning', stopRequested: 'cancel' });
    await system.api.reaches(task.id, 'cancelled');
    await gate.open();
    await staysCancelled(task);
  }, 60_000);

  it('ends a plan at once that waits for a person, and frees its slot', async () => {
    const task = await newTask('plan_and_apply');
    await system.api.reaches(task.id, 'apply_pending');
    expect(await cancel(task)).toMatchObject({ status: 'cancelled' });
    await staysCancelled(task);
  }, 60_000);

  it('ends a confirmed plan at once that no scheduler has claimed: nothing is applied', async () => {
    const task = await newTask('plan_and_apply');
    await system.api.reaches(task.id, 'apply_pending');
    system.schedulers[0]?.signal('SIGSTOP');
    expect(await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`)).toMatchObject({
      status: 'apply_queued',
    });
    expect(await cancel(task)).toMatchObject({ status: 'cancelled' });
    system.schedulers[0]?.signal('SIGCONT');
    await staysCancelled(task);
    expect((await system.api.events(task.id)).filter((one) => one.event === 'claim')).toHaveLength(1);
  }, 60_000);

  it('ends a confirmed plan at once whose agent has not accepted the apply: nothing is applied', async () => {
    const [agent] = system.agents;
    const task = await newTask('plan_and_apply');
    await system.api.reaches(task.id, 'apply_pending');
    agent?.signal('SIGSTOP');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    await system.api.reaches(task.id, 'assigned');
    expect(await cancel(task)).toMatchObject({ status: 'cancelled' });
    agent?.signal('SIGCONT');
    await staysCancelled(task);
    expect((await system.api.events(task.id)).filter((one) => one.event === 'accept')).toHaveLength(1);
  }, 60_000);

  it('is refused with the status by a task that is at its end', async () => {
    const succeeded = await newTask('plan');
    await system.api.reaches(succeeded.id, 'succeeded');
    await refused(succeeded, 'succeeded');
    const failed = await newTask('plan', BROKEN);
    await system.api.reaches(failed.id, 'failed');
    await refused(failed, 'failed');
    const discarded = await newTask('plan_and_apply');
    await system.api.reaches(discarded.id, 'apply_pending');
    await system.api.expect('POST', `/api/v1/tasks/${discarded.id}/discard`);
    await refused(discarded, 'discarded');
  }, 60_000);
});

describe('a cancel of a plan that hangs and passes over its interrupt', () => {
  it('ends it all the same, long before an apply would be killed', async () => {
    const folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'stubborn-'));
    const real = process.env['PATH'] ?? '';
    const script = [
      '#!/bin/sh',
      `if [ "$1" = plan ]; then trap '' INT; while :; do sleep 0.1; done; fi`,
      `PATH='${real}' exec terraform "$@"`,
    ];
    await writeFile(join(folder, 'terraform'), `${script.join('\n')}\n`, { mode: 0o755 });
    const system = await System.start({ agents: 1, agentEnv: { PATH: `${folder}:${real}` } });
    try {
      const workspace = await system.api.workspace('hangs', CONFIGURATION);
      const task = await system.api.task(workspace.id, 'plan_and_apply');
      await waitFor('the plan to begin', async () => {
        const { stage } = await system.api.read(task.id);
        return stage === 'plan' ? true : null;
      });
      await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
      // The grace of an apply, 120 s, would be beyond the wait of this test.
      await system.api.reaches(task.id, 'cancelled');
      expect(await system.database.database.rows('select 1 from state_locks')).toEqual([]);
    } finally {
      await system.stop();
    }
  }, 120_000);
});
