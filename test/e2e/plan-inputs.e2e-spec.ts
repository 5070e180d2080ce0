import { readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import { GitHost } from '../support/git-host.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** Says at its apply which file lies beside it, and what its environment is. */
const SAYS = `
variable "word" { default = "none" }
variable "token" {
  default   = ""
  ephemeral = true
}
resource "terraform_data" "says" {
  input = var.word
  provisioner "local-exec" {
    command     = "echo \\"$(cat says.txt) $PLACE $TOKEN\\" >> $OUT"
    environment = { TOKEN = nonsensitive(var.token) }
  }
}
`;

describe('a confirmation', () => {
  let system: System;
  let git: GitHost;
  let workRoot: string;
  let home: string;

  beforeAll(async () => {
    home = process.env['BERTH_TEST_HOME'] ?? '/tmp';
    workRoot = join(home, 'inputs-root');
    git = await GitHost.start(join(home, 'inputs-git'));
    system = await System.start({ agents: 1, agentEnv: { BERTH_AGENT_WORK_ROOT: workRoot } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
    await git.stop();
  }, 60_000);

  const variable = async (workspace: Workspace, key: string, value: object): Promise<unknown> =>
    system.api.expect('PUT', `/api/v1/workspaces/${workspace.id}/variables/${key}`, value);
  const confirm = async (task: Task): Promise<Task> => {
    const { planHash } = task;
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, { planHash });
    return system.api.reaches(task.id, 'succeeded');
  };
  const planned = async (workspace: Workspace): Promise<Task> => {
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    return system.api.reaches(task.id, 'apply_pending');
  };
  const said = async (file: string): Promise<string> => readFile(file, 'utf8');

  async function colours(name: string): Promise<{ workspace: Workspace; out: string }> {
    const out = join(home, `${name}.out`);
    const workspace = await system.api.workspace(
      name,
      {
        'blue/main.tf': SAYS,
        'blue/says.txt': 'blue',
        'green/main.tf': SAYS,
        'green/says.txt': 'green',
      },
      { workingDirectory: 'blue' },
    );
    await variable(workspace, 'OUT', { value: out, category: 'env' });
    await variable(workspace, 'PLACE', { value: 'here', category: 'env' });
    await variable(workspace, 'token', { value: 'one', category: 'terraform' });
    return { workspace, out };
  }

  it('covers the working directory and the variables that the plan was made from, in its own slot', async () => {
    const { workspace, out } = await colours('warm');
    const task = await planned(workspace);
    await system.api.expect('PATCH', `/api/v1/workspaces/${workspace.id}`, { workingDirectory: 'green' });
    await variable(workspace, 'PLACE', { value: 'there', category: 'env' });
    await variable(workspace, 'token', { value: 'two', category: 'terraform' });
    await variable(workspace, 'word', { value: 'changed', category: 'terraform' });
    const applied = await confirm(task);
    expect(applied.phases.apply?.init?.skipped).toBe(true);
    expect(await said(out)).toBe('blue here one\n');
    const log = await system.api.log(task.id, 'apply');
    const kept = await system.database.database.rows('select 1 from plan_inputs where task_id = $1', [
      task.id,
    ]);
    expect(kept).toEqual([]);
    expect(log).toContain('same working directory … yes (blue)');
    expect(log).toMatch(/same engine … yes \(terraform 1\.\d+/);
    expect(log).toContain('same variables and options … yes');
  });

  it('covers them where the apply is cold as well', async () => {
    const { workspace, out } = await colours('cold');
    const task = await planned(workspace);
    await system.api.expect('PATCH', `/api/v1/workspaces/${workspace.id}`, { workingDirectory: 'green' });
    await variable(workspace, 'PLACE', { value: 'there', category: 'env' });
    await writeFile(join(await readlink(join(workRoot, task.id)), 'stray'), 'changed behind the plan');
    const applied = await confirm(task);
    expect(applied.phases.apply?.init?.skipped).toBe(false);
    expect(await said(out)).toBe('blue here one\n');
  });

  it('covers the modules: a cold apply runs those of the plan, where their branch has moved on', async () => {
    const module = (word: string) => ({
      files: {
        'main.tf': 'output "word" { value = file("${path.module}/word.txt") }',
        'word.txt': word,
      },
    });
    await git.push('module', module('planned'));
    const workspace = await system.api.workspace('modules', {
      'main.tf': `
module "m" { source = "git::${git.url('module')}?ref=main" }
resource "terraform_data" "word" { input = module.m.word }
output "word" { value = terraform_data.word.output }
`,
    });
    const plan = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(plan.id, 'succeeded');
    expect(await system.api.log(plan.id, 'plan')).toContain('and its modules, for an apply in another slot');
    await git.push('module', module('moved on'));
    const apply = await system.api.task(workspace.id, 'apply', { planTaskId: plan.id, autoApply: true });
    await system.api.reaches(apply.id, 'succeeded');
    const state = await system.api.expect<any>('GET', `/api/v1/workspaces/${workspace.id}/state`);
    expect(state.outputs.word.value).toBe('planned');
  });

  it('that cannot be honoured is void: Berth plans again and asks again', async () => {
    const { workspace } = await colours('void');
    const task = await planned(workspace);
    // As of a plan that made more than is kept.
    await system.database.database.rows('update plans set not_restorable = $2 where task_id = $1', [
      task.id,
      'what it made is too much to keep',
    ]);
    await writeFile(join(await readlink(join(workRoot, task.id)), 'stray'), 'changed behind the plan');
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
    const again = await waitFor('the new plan', async () => {
      const read = await system.api.read(task.id);
      return read.status === 'apply_pending' && read.attempt === 3 ? read : null;
    });
    expect(again).toMatchObject({ retries: 0, confirmedAt: null, error: null, planIdentical: true });
    const events = await system.api.events(task.id);
    expect(events.map(({ message }) => message).join('\n')).toContain(
      'the confirmation is void: plans again and asks again',
    );
    await confirm(again);
  });

  it('is of a plan that is said to be identical only where nothing differs, secrets included', async () => {
    const workspace = await system.api.workspace('identical', {
      'main.tf': `
variable "secret" { sensitive = true }
resource "terraform_data" "kept" { input = var.secret }
`,
    });
    await variable(workspace, 'secret', { value: 'first', category: 'terraform', sensitive: true });
    const task = await planned(workspace);
    const planAgain = async (attempt: number): Promise<Task> => {
      await system.api.expect('POST', `/api/v1/tasks/${task.id}/release-reservation`, {});
      const { planHash } = await system.api.read(task.id);
      await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`, { planHash });
      return waitFor('the new plan', async () => {
        const read = await system.api.read(task.id);
        return read.status === 'apply_pending' && read.attempt === attempt ? read : null;
      });
    };
    expect((await planAgain(2)).planIdentical).toBe(true);
    await variable(workspace, 'secret', { value: 'second', category: 'terraform', sensitive: true });
    expect((await planAgain(3)).planIdentical).toBe(false);
  });
});
