import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { System } from '../support/system.js';

const HELLO = {
  'main.tf': `
variable "greeting" { default = "hello" }
variable "secret" {
  default   = ""
  sensitive = true
}
resource "terraform_data" "greeting" {
  input = var.greeting
}
output "greeting" { value = terraform_data.greeting.output }
`,
};

describe('plan, confirm, apply, destroy with every service as a process of its own', () => {
  let system: System;
  let workspaceId: string;
  let planned: Task;

  beforeAll(async () => {
    system = await System.start({ agents: 2, asInstalled: true });
    const workspace = await system.api.workspace('hello', HELLO);
    workspaceId = workspace.id;
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('plans in a slot and reserves it while it waits for a person', async () => {
    const created = await system.api.task(workspaceId, 'plan_and_apply');
    planned = await system.api.reaches(created.id, 'apply_pending');
    expect(planned).toMatchObject({
      phase: 'plan',
      stage: 'planned',
      attempt: 1,
      changes: { add: 1, change: 0, destroy: 0 },
      phases: { plan: { init: { skipped: false } } },
      reservation: { agentId: planned.agentId, podName: planned.podName, slotId: planned.slotId },
    });
    expect(planned.planHash).toMatch(/^[0-9a-f]{64}$/);
    const slots = await system.api.expect<{ items: { taskId: string | null; state: string }[] }>(
      'GET',
      '/api/v1/slots',
    );
    expect(slots.items.filter((slot) => slot.taskId === planned.id)).toMatchObject([{ state: 'reserved' }]);
  });

  it('shows what the plan would do, without what is sensitive', async () => {
    const plan = await system.api.expect<any>('GET', `/api/v1/tasks/${planned.id}/plan`);
    expect(plan).toMatchObject({
      hash: planned.planHash,
      summary: { add: 1, change: 0, destroy: 0 },
      resources: [{ address: 'terraform_data.greeting', actions: ['create'] }],
    });
  });

  it('applies in the same agent, pod and slot, without init and without restoring the plan', async () => {
    await system.api.expect('POST', `/api/v1/tasks/${planned.id}/confirm`, { comment: 'looks good' });
    const applied = await system.api.reaches(planned.id, 'succeeded');
    expect(applied).toMatchObject({
      agentId: planned.agentId,
      podName: planned.podName,
      slotId: planned.slotId,
      planHash: planned.planHash,
      attempt: 2,
      retries: 0,
      error: null,
      phases: { apply: { init: { skipped: true, seconds: 0 }, planRestore: { skipped: true } } },
    });
    const log = await system.api.log(planned.id, 'apply');
    expect(log).toContain('skipping init and plan restore');
    expect(log).toContain('Apply complete! Resources: 1 added');
    expect(log).not.toContain('Initializing the backend');
  });

  it('keeps the state, with the resource in it', async () => {
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspaceId}/state`);
    expect(state.resources).toMatchObject([{ address: 'terraform_data.greeting' }]);
    expect(state.outputs.greeting.value).toBe('hello');
    expect(state.taskId).toBe(planned.id);
  });

  it('tells the timeline in order', async () => {
    const events = await system.api.events(planned.id);
    const moves = events.filter((event) => event.fromStatus !== event.toStatus);
    expect(moves.map((event) => [event.event, event.toStatus])).toEqual([
      ['create', 'pending'],
      ['claim', 'assigned'],
      ['accept', 'planning'],
      ['finish_plan', 'apply_pending'],
      ['confirm', 'apply_queued'],
      ['claim', 'assigned'],
      ['accept', 'applying'],
      ['finish', 'succeeded'],
    ]);
    const steps = events.map((event) => event.event);
    expect(steps.indexOf('init')).toBeGreaterThan(steps.indexOf('accept'));
    expect(steps.indexOf('plan')).toBeGreaterThan(steps.indexOf('init'));
    expect(steps.lastIndexOf('apply')).toBeGreaterThan(steps.indexOf('confirm'));
  });

  it('follows a log and a timeline as server-sent events to their end', async () => {
    const stream = async (path: string) =>
      (
        await system.api.call('GET', `/api/v1/tasks/${planned.id}/${path}`, undefined, {
          accept: 'text/event-stream',
        })
      ).body;
    const log = String(await stream('logs?phase=apply'));
    expect(log).toMatch(/^id: \d+\nevent: log\ndata: \{"offset":0,/);
    expect(log).toContain('Apply complete!');
    expect(log.endsWith('event: end\ndata: {}\n\n')).toBe(true);
    const events = String(await stream('events'));
    expect(events.match(/^event: (create|confirm|finish|end)$/gm)).toEqual([
      'event: create',
      'event: confirm',
      'event: finish',
      'event: end',
    ]);
  });

  it('gives a log from an offset on, and says where it goes on', async () => {
    const whole = await system.api.log(planned.id, 'plan');
    const answer = await system.api.call('GET', `/api/v1/tasks/${planned.id}/logs?phase=plan&offset=100`);
    expect(answer.body).toBe(Buffer.from(whole).subarray(100).toString('utf8'));
    expect(Number(answer.headers.get('x-berth-next-offset'))).toBe(Buffer.byteLength(whole));
  });

  it('ends a plan without changes at once, and reserves no slot for it', async () => {
    const task = await system.api.task(workspaceId, 'plan_and_apply');
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done).toMatchObject({
      changes: { add: 0, change: 0, destroy: 0 },
      reservation: null,
      confirmedAt: null,
    });
  });

  it('applies by itself where the task asks for it, with the variables of the workspace', async () => {
    await system.api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/greeting`, {
      value: 'good morning',
      category: 'terraform',
    });
    await system.api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/secret`, {
      value: 'never-to-be-seen',
      category: 'terraform',
      sensitive: true,
    });
    const task = await system.api.task(workspaceId, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(task.id, 'succeeded');
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspaceId}/state`);
    expect(state.outputs.greeting.value).toBe('good morning');
    for (const phase of ['plan', 'apply']) {
      expect(await system.api.log(task.id, phase)).not.toContain('never-to-be-seen');
    }
  });

  it('lets a plan be applied later by a task of its own, after init in whatever slot', async () => {
    await system.api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/greeting`, {
      value: 'good evening',
      category: 'terraform',
    });
    const plan = await system.api.task(workspaceId, 'plan');
    await system.api.reaches(plan.id, 'succeeded');
    const apply = await system.api.task(workspaceId, 'apply', { planTaskId: plan.id });
    const applied = await system.api.reaches(apply.id, 'succeeded');
    expect(applied.phases.apply).toMatchObject({ init: { skipped: false }, planRestore: { skipped: false } });
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspaceId}/state`);
    expect(state.outputs.greeting.value).toBe('good evening');
  });

  it('destroys what it has made, after a confirmation', async () => {
    const task = await system.api.task(workspaceId, 'destroy');
    const pending = await system.api.reaches(task.id, 'apply_pending');
    expect(pending.changes).toMatchObject({ add: 0, change: 0, destroy: 1, outputs: 1 });
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    await system.api.reaches(task.id, 'succeeded');
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspaceId}/state`);
    expect(state.resources).toEqual([]);
  });

  it('is not forgotten while it has resources, and can be when it has none', async () => {
    const task = await system.api.task(workspaceId, 'plan_and_apply', { autoApply: true });
    expect(await system.api.call('DELETE', `/api/v1/workspaces/${workspaceId}`)).toMatchObject({
      status: 409,
    });
    await system.api.reaches(task.id, 'succeeded');
    expect(await system.api.call('DELETE', `/api/v1/workspaces/${workspaceId}`)).toMatchObject({
      status: 409,
      body: { code: 'WORKSPACE_HAS_RESOURCES' },
    });
    expect(await system.api.call('DELETE', `/api/v1/workspaces/${workspaceId}?force=true`)).toMatchObject({
      status: 204,
    });
    expect(await system.api.call('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({ status: 404 });
  });

  it('frees every slot and lock at the end', async () => {
    const slots = await system.api.expect<{ items: { state: string }[] }>('GET', '/api/v1/slots');
    expect(slots.items.map((slot) => slot.state)).toEqual(slots.items.map(() => 'idle'));
    expect(await system.database.database.rows('select 1 from state_locks')).toEqual([]);
  });

  it('takes a state that has vanished for an error and not for an empty one', async () => {
    const workspace = await system.api.workspace('vanished', HELLO);
    const first = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(first.id, 'succeeded');
    await system.database.database.rows('delete from state_versions where workspace_id = $1', [workspace.id]);
    const second = await system.api.task(workspace.id, 'plan');
    const failed = await system.api.reaches(second.id, 'failed');
    expect(failed.error).toMatchObject({ code: 'TERRAFORM_STATE_MISSING', class: 'permanent' });
    const path = `/api/v1/workspaces/${workspace.id}/terraform-state`;
    // A person's terraform reads before it pushes.
    expect(await system.api.call('GET', path)).toMatchObject({ status: 404, body: { code: 'NO_STATE' } });
    await system.api.expect('DELETE', path);
    expect(await system.api.call('GET', path)).toMatchObject({ status: 404 });
    const third = await system.api.task(workspace.id, 'plan');
    expect(await system.api.reaches(third.id, 'succeeded')).toMatchObject({ changes: { add: 1 } });
  }, 60_000);
});
