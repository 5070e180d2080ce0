import type { AuditRecord, Page, Task, TaskEvent, Workspace } from '@berth/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiCaller, type Answer } from '../support/api-caller.js';
import { person } from '../support/people.js';
import { System } from '../support/system.js';

const FILES = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "1"\n}\n' };

describe('approvals', () => {
  let system: System;
  let ada: ApiCaller;
  let ben: ApiCaller;
  let cleo: ApiCaller;
  let emails: string[];

  beforeAll(async () => {
    system = await System.start({ agents: 1, agentEnv: { BERTH_AGENT_SLOTS: '4' } });
    const { id: organizationId } = await system.api.expect<{ id: string }>('GET', '/api/v1/organization');
    const people = await Promise.all(
      [1, 2, 3].map(async () => person(system.database.database, { organizationId, role: 'operator' })),
    );
    emails = people.map(({ email }) => `user:${email}`);
    [ada, ben, cleo] = people.map(({ key }) => new ApiCaller(system.api.baseUrl, key)) as [
      ApiCaller,
      ApiCaller,
      ApiCaller,
    ];
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  /** A plan that waits, queued by the first of them. */
  async function waiting(name: string, settings: object): Promise<Task> {
    const workspace = await system.api.workspace(name, FILES, settings);
    return planned(workspace);
  }

  async function planned({ id: workspaceId }: Pick<Workspace, 'id'>): Promise<Task> {
    const { id } = await ada.expect<Task>('POST', '/api/v1/tasks', {
      workspaceId,
      operation: 'plan_and_apply',
    });
    return system.api.reaches(id, 'apply_pending');
  }

  const confirm = async (who: ApiCaller, { id, planHash }: Task, more: object = {}): Promise<Answer> =>
    who.call('POST', `/api/v1/tasks/${id}/confirm`, { planHash, ...more });

  const timeline = async (id: string): Promise<TaskEvent[]> => system.api.events(id);

  it('are as many as the workspace asks for, of different people, and stand in the timeline', async () => {
    const task = await waiting('two', { approvals: 2 });
    expect(task.approvals).toEqual({ needed: 2, given: [] });
    const first = await confirm(ada, task, { comment: 'looks right' });
    expect(first).toMatchObject({
      status: 200,
      body: {
        status: 'apply_pending',
        approvals: { needed: 2, given: [{ actor: emails[0], comment: 'looks right' }] },
      },
    });
    expect(await confirm(ada, task)).toMatchObject({
      status: 409,
      body: { code: 'APPROVED_ALREADY', detail: expect.stringContaining('1 more') },
    });
    expect(await confirm(ben, task)).toMatchObject({ status: 200 });
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done.approvals?.given.map(({ actor }) => actor)).toEqual(emails.slice(0, 2));
    const events = await timeline(task.id);
    expect(events.find(({ event }) => event === 'approve')).toMatchObject({
      actor: emails[0],
      message: 'approval 1 of 2: waits for 1 more',
      data: { planHash: task.planHash, comment: 'looks right' },
    });
    expect(events.find(({ event }) => event === 'confirm')).toMatchObject({
      actor: emails[1],
      message: 'approval 2 of 2: confirmed',
    });
    const { items } = await system.api.expect<Page<AuditRecord>>(
      'GET',
      `/api/v1/audit?operation=confirmTask&object=${task.id}`,
    );
    const { planHash, effectsDigest, contextDigest, inputsDigest } = task;
    const plan = { planHash, effectsDigest, contextDigest, inputsDigest };
    expect(effectsDigest).toMatch(/^[0-9a-f]{64}$/);
    expect(items.map(({ actor, outcome, after }) => ({ actor, outcome, after }))).toEqual([
      { actor: emails[1], outcome: 'done', after: plan },
      { actor: emails[0], outcome: 'refused', after: plan },
      { actor: emails[0], outcome: 'done', after: { ...plan, comment: 'looks right' } },
    ]);
  }, 60_000);

  it('of people name the plan, and those of a service key do where several are needed', async () => {
    const task = await waiting('named', { approvals: 2 });
    for (const who of [ada, system.api]) {
      expect(await confirm(who, { ...task, planHash: undefined } as never)).toMatchObject({
        status: 400,
        body: { code: 'PLAN_HASH_NEEDED', planHash: task.planHash },
      });
    }
    expect(await confirm(ada, { ...task, planHash: 'a'.repeat(64) })).toMatchObject({
      status: 409,
      body: { code: 'PLAN_CHANGED', planHash: task.planHash },
    });
    const discarded = await ben.call('POST', `/api/v1/tasks/${task.id}/discard`, { comment: 'no' });
    expect(discarded).toMatchObject({ status: 200, body: { status: 'discarded' } });
    expect(await confirm(ada, task)).toMatchObject({ status: 409, body: { currentStatus: 'discarded' } });
  }, 60_000);

  it('are not one’s own where the workspace wants another’s', async () => {
    const task = await waiting('others', { allowSelfApproval: false });
    expect(await confirm(ada, task)).toMatchObject({ status: 403, body: { code: 'SELF_APPROVAL' } });
    expect(await confirm(ben, task)).toMatchObject({ status: 200 });
    await system.api.reaches(task.id, 'succeeded');
  }, 60_000);

  it('cannot be passed by', async () => {
    const task = await waiting('by', { approvals: 2 });
    const workspaceId = task.workspaceId;
    for (const request of [
      { operation: 'plan_and_apply', autoApply: true },
      { operation: 'destroy', autoApply: true },
      { operation: 'apply', planTaskId: task.id },
    ]) {
      expect(await ada.call('POST', '/api/v1/tasks', { workspaceId, ...request })).toMatchObject({
        status: 409,
        body: { code: 'APPROVALS_NEEDED' },
      });
    }
    expect(
      await system.api.call('PATCH', `/api/v1/workspaces/${workspaceId}`, { autoApply: true }),
    ).toMatchObject({ status: 422, body: { code: 'AUTO_APPLY_WITH_APPROVALS' } });
    // It counts what the workspace asks for when the plan is done, not when it was queued.
    const workspace = await system.api.workspace('later', FILES);
    await system.database.database.rows('update agents set status = $1', ['draining']);
    const early = await ada.expect<Task>('POST', '/api/v1/tasks', {
      workspaceId: workspace.id,
      operation: 'plan_and_apply',
      autoApply: true,
    });
    await system.api.expect('PATCH', `/api/v1/workspaces/${workspace.id}`, { approvals: 2 });
    await system.database.database.rows('update agents set status = $1', ['alive']);
    await system.api.reaches(early.id, 'apply_pending');
  }, 60_000);

  it('are void with the plan, and a released slot is asked for again', async () => {
    const task = await waiting('void', { approvals: 2 });
    expect((await confirm(ada, task)).status).toBe(200);
    await cleo.expect('POST', `/api/v1/tasks/${task.id}/release-reservation`, {});
    expect((await confirm(ben, task)).status).toBe(200);
    const again = await system.api.reaches(task.id, 'apply_pending');
    expect(again.approvals).toEqual({ needed: 2, given: [] });
    expect((await confirm(cleo, again)).body).toMatchObject({
      status: 'apply_pending',
      approvals: { needed: 2, given: [{ actor: emails[2] }] },
    });
  }, 60_000);

  it('stand for an identical plan where the workspace says so, which then applies by itself', async () => {
    const task = await waiting('kept', { approvals: 2, keepApprovals: 'identical' });
    expect((await confirm(ada, task)).status).toBe(200);
    await cleo.expect('POST', `/api/v1/tasks/${task.id}/release-reservation`, {});
    expect((await confirm(ben, task)).status).toBe(200);
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done).toMatchObject({ planIdentical: true, attempt: 3 });
    expect(done.approvals?.given.map(({ actor }) => actor)).toEqual(emails.slice(0, 2));
    const told = (await timeline(task.id)).findLast(({ event }) => event === 'finish_plan');
    expect(told?.message).toMatch(/identical.*the approvals stand/);
  }, 60_000);

  it('do not stand for a plan that does something else', async () => {
    const task = await waiting('other', { keepApprovals: 'identical' });
    const { id: workspaceId } = await system.api.expect<Workspace>('GET', '/api/v1/workspaces/other');
    await cleo.expect('POST', `/api/v1/tasks/${task.id}/release-reservation`, {});
    const variable = { category: 'env', value: 'another' };
    await system.api.expect('PUT', `/api/v1/workspaces/${workspaceId}/variables/SETTING`, variable);
    expect((await confirm(ben, task)).status).toBe(200);
    const again = await system.api.reaches(task.id, 'apply_pending');
    expect(again).toMatchObject({ planIdentical: false, approvals: { given: [] } });
  }, 60_000);
});
