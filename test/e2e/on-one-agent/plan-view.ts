import { beforeAll, describe, expect, it } from '@jest/globals';
import type { PlanDocument, Task, Workspace } from '@berth/contracts';
import type { System } from '../../support/system.js';
import { oneAgentSystem } from './one-agent-system.js';

describe('what is shown of a plan', () => {
  let system: System;

  beforeAll(async () => {
    system = await oneAgentSystem();
  }, 90_000);

  async function viewOf(task: Task): Promise<PlanDocument> {
    return system.api.expect('GET', `/api/v1/tasks/${task.id}/plan`);
  }

  it('never stops it: 2,500 resources of 4 KB are planned and counted, and the view says what it lacks', async () => {
    const workspace = await system.api.workspace('many', {
      'main.tf': `resource "terraform_data" "many" {
  count = 2500
  input = join("", [for n in range(400) : "0123456789"])
}`,
    });
    const task = await system.api.task(workspace.id, 'plan');
    expect((await system.api.reaches(task.id, 'succeeded')).changes).toMatchObject({ add: 2500 });
    const view = await viewOf(task);
    expect(view.summary.add).toBe(2500);
    expect(view.cut).not.toBeNull();
    expect(view.resources.length + (view.cut?.resources ?? 0)).toBe(2500);
    // Of 30 MB of JSON, which a thread digests.
    expect(view.effectsDigest).toMatch(/^[0-9a-f]{64}$/);
    const entries = `select count(*)::int as count from plan_digests, jsonb_object_keys(entries) where task_id = $1`;
    expect(await system.database.database.rows(entries, [task.id])).toEqual([{ count: 2_501 }]);
  }, 120_000);

  it('never stops its apply either', async () => {
    const workspace = await system.api.workspace('large', {
      'main.tf': `resource "terraform_data" "many" {
  count = 30
  input = join("", [for n in range(1000) : join("", [for m in range(30) : "0123456789"])])
}`,
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    expect(planned.changes).toMatchObject({ add: 30 });
    const view = await viewOf(task);
    expect(view.cut).toMatchObject({ valuesAfter: 4000, resources: 0 });
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, { planHash: view.hash });
    expect(await system.api.reaches(task.id, 'succeeded')).toMatchObject({ changes: { add: 30 } });
  }, 120_000);

  async function applied(workspace: Workspace): Promise<void> {
    const task = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await system.api.reaches(task.id, 'succeeded');
  }

  it('counts moves, forgets and outputs, so that nothing waits with three noughts', async () => {
    const workspace = await system.api.workspace('moves', {
      'main.tf': 'resource "terraform_data" "old" {}\nresource "terraform_data" "left" {}',
    });
    await applied(workspace);
    await system.api.upload(workspace.id, {
      'main.tf': `
resource "terraform_data" "new" {}
moved {
  from = terraform_data.old
  to   = terraform_data.new
}
removed {
  from = terraform_data.left
  lifecycle { destroy = false }
}
output "made" { value = "now" }
`,
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    expect(planned.changes).toMatchObject({ add: 0, change: 0, destroy: 0, move: 1, forget: 1, outputs: 1 });
    const events = await system.api.events(task.id);
    expect(events.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('0 to destroy, 1 to move, 1 to forget, 1 output to change'),
    );
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const done = await system.api.reaches(task.id, 'succeeded');
    expect(done.changes).toMatchObject({ move: 1, forget: 1, outputs: 1 });
  });

  it('counts imports, and what a plan that only refreshes would record', async () => {
    const workspace = await system.api.workspace('imports', {
      'main.tf': `
resource "terraform_data" "taken" {}
import {
  to = terraform_data.taken
  id = "an-id"
}
`,
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    expect(planned.changes).toMatchObject({ import: 1 });
  });

  it('is what terraform says, not what can be counted: a plan of nothing does not wait', async () => {
    const workspace = await system.api.workspace('nothing', {
      'main.tf': 'resource "terraform_data" "x" {}',
    });
    await applied(workspace);
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const { changes } = await system.api.reaches(task.id, 'succeeded');
    expect(changes).toMatchObject({ add: 0, other: 0 });
  });
});
