import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import type { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** A configuration whose apply runs until it is interrupted. */
const ENDLESS = {
  'main.tf': `
resource "terraform_data" "endless" {
  provisioner "local-exec" {
    command = "echo begun; sleep 600"
  }
}
`,
};
const SHORT = { 'main.tf': 'resource "terraform_data" "one" {}\n' };

describe('stops and restarts', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 2, agentEnv: { BERTH_AGENT_KEEPS_SLOTS: 'true' } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  function agentOf(task: Task): ServiceProcess {
    const agent = system.agents.find((one) => one.name === task.agentId);
    if (agent === undefined) {
      throw new Error(`task ${task.id} has no agent`);
    }
    return agent;
  }

  async function applying(name: string): Promise<Task> {
    const workspace = await system.api.workspace(name, ENDLESS);
    const task = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to be in the middle of its work', async () =>
      (await system.api.log(task.id, 'apply').catch(() => '')).includes('begun'),
    );
    return system.api.read(task.id);
  }

  it('interrupts an apply that is cancelled, keeps its state, and frees slot and lock', async () => {
    const task = await applying('cancelled');
    const answer = await system.api.expect<Task>('POST', `/api/v1/tasks/${task.id}/cancel`, {
      comment: 'wrong one',
    });
    expect(answer).toMatchObject({ status: 'applying', stopRequested: 'cancel', stage: 'stopping' });
    const cancelled = await system.api.reaches(task.id, 'cancelled');
    expect(cancelled.finishedAt).not.toBeNull();
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${String(task.workspaceId)}/state`);
    expect(state.resources).toMatchObject([{ address: 'terraform_data.endless' }]);
    expect(await system.database.database.rows('select 1 from state_locks')).toEqual([]);
    expect(await system.database.database.rows("select 1 from slots where state <> 'idle'")).toEqual([]);
  });

  it('ends at once with a force-cancel, says that the state may be behind, and kills what runs', async () => {
    const task = await applying('forced');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/force-cancel`);
    expect(await system.api.read(task.id)).toMatchObject({ status: 'cancelled' });
    const workspace = await system.api.expect<any>('GET', `/api/v1/workspaces/${String(task.workspaceId)}`);
    expect(workspace.needsAttention).toBe(true);
    const blocked = { workspaceId: workspace.id, operation: 'plan_and_apply' };
    expect(await system.api.call('POST', '/api/v1/tasks', blocked)).toMatchObject({
      status: 409,
      body: { code: 'WORKSPACE_NEEDS_ATTENTION' },
    });
    await waitFor('the agent to have dropped the run', async () => {
      const metrics = await (await fetch(`${agentOf(task).url}/metrics`)).text();
      return /berth_agent_runs\{[^}]*phase="apply"[^}]*\} 0/.test(metrics);
    });
    await system.api.expect('PATCH', `/api/v1/workspaces/${workspace.id}`, { needsAttention: false });
    expect(await system.api.call('POST', '/api/v1/tasks', blocked)).toMatchObject({ status: 201 });
  }, 60_000);

  it('keeps a plan that waits for a person over a restart of its agent in the same pod, still warm', async () => {
    const workspace = await system.api.workspace('restart', SHORT);
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    const agent = agentOf(planned);
    await agent.end('SIGTERM');
    agent.start();
    await agent.ready();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied).toMatchObject({
      agentId: planned.agentId,
      slotId: planned.slotId,
      phases: { apply: { init: { skipped: true } } },
    });
  }, 60_000);

  it('applies a confirmed plan once, warm, though its agent, scheduler and api are killed around the confirmation', async () => {
    const workspace = await system.api.workspace('killed', {
      'main.tf': 'resource "terraform_data" "once" {}\n',
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    const killed = [agentOf(planned), system.apiService, ...system.schedulers];
    await Promise.all(killed.map(async (one) => one.end('SIGKILL')));
    killed.forEach((one) => {
      one.start();
    });
    await system.apiService.ready();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied).toMatchObject({
      agentId: planned.agentId,
      phases: { apply: { init: { skipped: true } } },
    });
    await Promise.all(killed.map(async (one) => one.ready()));
  }, 90_000);

  it('loses no task when the scheduler is killed before it could claim it', async () => {
    const [scheduler] = system.schedulers;
    const workspace = await system.api.workspace('no-scheduler', SHORT);
    await scheduler?.end('SIGKILL');
    const task = await system.api.task(workspace.id, 'plan');
    expect(await system.api.read(task.id)).toMatchObject({ status: 'pending' });
    scheduler?.start();
    await scheduler?.ready();
    await system.api.reaches(task.id, 'succeeded');
  }, 60_000);

  it('goes on after every broker connection was closed', async () => {
    const workspace = await system.api.workspace('broker', SHORT);
    await waitFor(
      'the broker to list the connections',
      async () => (await system.broker.closeConnections()) >= 5,
    );
    const task = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(task.id, 'succeeded');
  }, 60_000);

  it('plans again on another agent, and asks again, when the agent with the reserved slot is killed', async () => {
    const workspace = await system.api.workspace('lost', {
      'main.tf': 'resource "terraform_data" "lost" {}\n',
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    await agentOf(planned).end('SIGKILL');
    const again = await waitFor(
      'the task to be planned on the other agent',
      async () => {
        const read = await system.api.read(task.id);
        return read.status === 'apply_pending' && read.agentId !== planned.agentId ? read : null;
      },
      60_000,
    );
    expect(again).toMatchObject({
      attempt: 2,
      retries: 0,
      confirmedAt: null,
      planIdentical: true,
      error: null,
    });
    const events = await system.api.events(task.id);
    expect(events.find((event) => event.event === 'replan')?.message).toContain('the reserved slot was lost');
    agentOf(planned).start();
    await agentOf(planned).ready();
    const path = `/api/v1/tasks/${task.id}/confirm`;
    for (const body of [{}, { planHash: planned.planHash }]) {
      expect(await system.api.call('POST', path, body)).toMatchObject({
        status: 409,
        body: { code: 'PLAN_CHANGED', currentStatus: 'apply_pending', planHash: again.planHash },
      });
    }
    await system.api.expect('POST', path, { planHash: again.planHash });
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied).toMatchObject({ agentId: again.agentId, phases: { apply: { init: { skipped: true } } } });
  }, 90_000);

  it('lets an agent that is started before its api wait for it', async () => {
    const [agent] = system.agents;
    await agent?.end('SIGTERM');
    await system.apiService.end('SIGTERM');
    agent?.start();
    const log = await waitFor('the agent to find that the api is away', async () => {
      const tail = (await agent?.tail()) ?? '';
      return tail.includes('does not answer yet') ? tail : null;
    });
    expect(log).toContain(new URL(system.apiService.url).host);
    system.apiService.start();
    await agent?.ready();
  });
});
