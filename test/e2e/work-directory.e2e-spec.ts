import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { System } from '../support/system.js';

/** What terraform reads again at apply: where it runs, and a file beside the configuration. */
const FILES = {
  'main.tf': `
resource "terraform_data" "where" {
  input = { cwd = path.cwd, text = file("\${path.module}/text.txt") }
}
output "cwd" { value = terraform_data.where.output.cwd }
`,
  'text.txt': 'as it was planned',
};

describe('the work directory of a plan', () => {
  let system: System;
  let workRoot: string;

  beforeAll(async () => {
    workRoot = join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'work-root');
    system = await System.start({ agents: 2, agentEnv: { BERTH_AGENT_WORK_ROOT: workRoot } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function planned(name: string): Promise<Task> {
    const workspace = await system.api.workspace(name, FILES);
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    return system.api.reaches(task.id, 'apply_pending');
  }

  const confirm = async (task: Task): Promise<Task> => {
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    return system.api.reaches(task.id, 'succeeded');
  };

  it('has one path on every agent, so that a plan is applied where path.cwd says', async () => {
    const task = await planned('path');
    expect((await readlink(join(workRoot, task.id))).endsWith(`/slots/${String(task.slotId)}/work`)).toBe(
      true,
    );
    const applied = await confirm(task);
    expect(applied.phases.apply?.init?.skipped).toBe(true);
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${String(task.workspaceId)}/state`);
    expect(state.outputs.cwd.value).toBe(join(workRoot, task.id));
    expect(await readdir(workRoot)).not.toContain(task.id);
  });

  it('that was changed after the plan is not applied in: the apply begins cold, says so, and is what was planned', async () => {
    const task = await planned('changed');
    const work = await readlink(join(workRoot, task.id));
    await writeFile(join(work, 'text.txt'), 'changed behind the plan');
    const applied = await confirm(task);
    expect(applied.phases.apply?.init?.skipped).toBe(false);
    expect(await system.api.log(task.id, 'apply')).toContain('same work directory … no');
  });

  it('that is gone is made again, at the same path', async () => {
    const task = await planned('gone');
    const work = await readlink(join(workRoot, task.id));
    await rm(work, { recursive: true });
    const applied = await confirm(task);
    expect(applied.phases.apply?.init?.skipped).toBe(false);
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${String(task.workspaceId)}/state`);
    expect(state.outputs.cwd.value).toBe(join(workRoot, task.id));
  });

  it('is the plan’s also for a later apply of it, which runs cold at the plan’s path', async () => {
    const workspace = await system.api.workspace('later', FILES);
    const plan = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(plan.id, 'succeeded');
    const apply = await system.api.task(workspace.id, 'apply', { planTaskId: plan.id, autoApply: true });
    await system.api.reaches(apply.id, 'succeeded');
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspace.id}/state`);
    expect(state.outputs.cwd.value).toBe(join(workRoot, plan.id));
  });
});
