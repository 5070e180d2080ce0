import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, TaskEvent } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';
import { waitFor } from '../../support/wait-for.js';

const FILES = {
  'main.tf': `
resource "terraform_data" "first" {
  input = "first"
}
resource "terraform_data" "second" {
  depends_on = [terraform_data.first]
  input      = "second"
}
`,
};
const BROKEN = {
  'main.tf': `
resource "terraform_data" "broken" {
  provisioner "local-exec" { command = "exit 3" }
}
`,
};

describe('what terraform does with single resources', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  /** The timeline may get its last batch after the result. */
  async function seen(taskId: string, event: string, count: number): Promise<TaskEvent[]> {
    return waitFor(`${count} ${event}`, async () => {
      const found = (await system.api.events(taskId)).filter((one) => one.event === event);
      return found.length >= count ? found : null;
    });
  }

  it('is in the timeline of the plan and of the apply, and counted', async () => {
    const workspace = await system.api.workspace('progress', FILES);
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    await system.api.reaches(task.id, 'apply_pending');
    const planned = await seen(task.id, 'resource_planned', 2);
    expect(planned.map(({ data }) => data['address']).sort()).toEqual([
      'terraform_data.first',
      'terraform_data.second',
    ]);
    expect(planned[0]?.data).toMatchObject({ action: 'create', type: 'terraform_data' });

    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied.phases.apply?.resources).toEqual({ planned: 2, started: 2, completed: 2, failed: 0 });
    const completed = await seen(task.id, 'resource_completed', 2);
    expect(completed.map(({ data }) => data['address'])).toEqual([
      'terraform_data.first',
      'terraform_data.second',
    ]);
    expect(completed[0]?.data).toMatchObject({ action: 'create', seconds: 0 });

    const all = await system.api.events(task.id);
    const paged: TaskEvent[] = [];
    for (let cursor: string | null = '0'; cursor !== null;) {
      const page: Page<TaskEvent> = await system.api.expect(
        'GET',
        `/api/v1/tasks/${task.id}/events?limit=3&cursor=${cursor}`,
      );
      expect(page.items.length).toBeLessThanOrEqual(3);
      paged.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(all);
    expect(await system.api.call('GET', `/api/v1/tasks/${task.id}/events?cursor=x`)).toMatchObject({
      status: 400,
    });
  }, 60_000);

  it('has a beginning, an end and seconds for every step, in the record and in the log', async () => {
    const workspace = await system.api.workspace('steps', FILES);
    const task = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    const { phases } = await system.api.reaches(task.id, 'succeeded');
    const steps = phases.plan?.steps ?? [];
    expect(steps.map(({ name }) => name)).toEqual([
      'prepare',
      'engine',
      'configuration',
      'init',
      'plan',
      'show',
      'store_plan',
    ]);
    expect(steps.every(({ startedAt, seconds }) => startedAt !== undefined && seconds !== null)).toBe(true);
    const log = await system.api.log(task.id, 'plan');
    for (const { name } of steps) {
      expect(log).toContain(`<== ${name}: done after `);
    }
    const { processStartedAt, versionLineAt, firstChangeAt } = phases.apply ?? {};
    const marks = [processStartedAt, versionLineAt, firstChangeAt].map((at) => Date.parse(at ?? ''));
    expect(marks).toEqual([...marks].sort((a, b) => a - b));
  }, 60_000);

  it('that goes wrong is there with its diagnostic', async () => {
    const workspace = await system.api.workspace('broken-step', BROKEN);
    const task = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    const failed = await system.api.reaches(task.id, 'failed');
    expect(failed.phases.apply?.resources).toMatchObject({ started: 1, completed: 0, failed: 1 });
    expect(failed.phases.apply?.steps?.at(-1)).toMatchObject({ name: 'apply', failed: true });
    const [diagnostic] = await seen(task.id, 'diagnostic', 1);
    expect(diagnostic?.message).toContain('local-exec provisioner error');
    expect(diagnostic?.data).toMatchObject({ severity: 'error', file: 'main.tf', line: 3 });
  }, 60_000);
});
