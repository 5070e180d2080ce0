import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Task, Workspace } from '@berth/contracts';
import { findOrphans } from '../../apps/agent/src/processes/orphans.js';
import { killProcess } from '../../apps/agent/src/processes/process-group.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('an apply whose agent dies under it', () => {
  let system: System;
  let folder: string;
  let workspace: Workspace;
  let workspaces = 0;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  beforeEach(async () => {
    folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'restart-'));
    const main = `
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "echo begun >> ${folder}/effects; while [ ! -e ${folder}/go ]; do sleep 0.05; done; [ ! -e ${folder}/fails ]"
  }
}
output "after" { value = terraform_data.slow.id }
`;
    workspace = await system.api.workspace(`restart-${(workspaces += 1)}`, { 'main.tf': main });
  });

  const effects = async (): Promise<string> => readFile(join(folder, 'effects'), 'utf8').catch(() => '');
  const go = async (): Promise<void> => writeFile(join(folder, 'go'), '');
  const home = (): string => join(system.agents[0]?.logFile ?? '', '..', 'agent-1');
  const orphans = async () => findOrphans(home());

  async function killedInApply(): Promise<Task> {
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to change something', async () => (await effects()) !== '');
    await system.agents[0]?.end('SIGKILL');
    return system.api.read(id);
  }

  async function terraformKilled(): Promise<void> {
    for (const { pid } of await orphans()) {
      killProcess(pid);
    }
    await waitFor('terraform to end', async () => (await orphans()).length === 0);
  }

  async function restart(): Promise<void> {
    system.agents[0]?.start();
    await system.agents[0]?.ready();
  }

  async function hasState(): Promise<boolean> {
    const { status } = await system.api.call('GET', `/api/v1/workspaces/${workspace.id}/terraform-state`);
    return status === 200;
  }

  it('goes on, and the agent that comes back tells how it ended', async () => {
    const task = await killedInApply();
    await restart();
    expect(await system.api.read(task.id)).toMatchObject({ status: 'applying', attempt: task.attempt });
    await go();
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied).toMatchObject({ attempt: task.attempt, changes: { add: 1, change: 0, destroy: 0 } });
    expect(await effects()).toBe('begun\n');
    expect(await hasState()).toBe(true);
    const log = await system.api.log(task.id, 'apply');
    expect(log).toContain('the agent was restarted while terraform was applying');
    expect(log).toContain('Apply complete! Resources: 1 added');
    const started = (await system.api.events(task.id)).filter(({ event }) => event === 'resource_started');
    expect(started.length).toBeLessThanOrEqual(1);
  }, 90_000);

  it('saves its state also where it ends before the agent is back', async () => {
    const task = await killedInApply();
    await go();
    await waitFor('terraform to end', async () => (await orphans()).length === 0);
    expect(await hasState()).toBe(true);
    await restart();
    expect(await system.api.reaches(task.id, 'succeeded')).toMatchObject({
      changes: { add: 1, change: 0, destroy: 0 },
    });
  }, 90_000);

  it('fails with terraform’s reason where it did not end well', async () => {
    const task = await killedInApply();
    await writeFile(join(folder, 'fails'), '');
    await restart();
    await go();
    const failed = await system.api.reaches(task.id, 'failed');
    expect(failed.error?.message).toContain('local-exec provisioner error');
    expect(failed.phases.apply?.resources).toMatchObject({ started: 1, failed: 1 });
  }, 90_000);

  it('can be cancelled by a person afterwards, and leaves nothing running', async () => {
    const task = await killedInApply();
    await restart();
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await system.api.reaches(task.id, 'cancelled');
    expect(await orphans()).toEqual([]);
    expect(await hasState()).toBe(true);
  }, 90_000);

  it('is unknown where terraform was killed as well, and a person has to look', async () => {
    const task = await killedInApply();
    await terraformKilled();
    await restart();
    const failed = await system.api.reaches(task.id, 'failed');
    expect(failed.error).toMatchObject({ code: 'APPLY_OUTCOME_UNKNOWN', class: 'permanent' });
    expect(await system.api.expect('GET', `/api/v1/workspaces/${workspace.id}`)).toMatchObject({
      needsAttention: true,
    });
  }, 90_000);

  it('plans again where terraform was not started yet, as it has said nothing', async () => {
    const task = await killedInApply();
    await terraformKilled();
    // The milliseconds between the two are too few to be met by a kill.
    await truncate(join(home(), 'slots', String(task.slotId), 'outputs', 'stdout'));
    await go();
    await restart();
    const applied = await system.api.reaches(task.id, 'succeeded');
    expect(applied).toMatchObject({ retries: 0, error: null });
    const events = await system.api.events(task.id);
    expect(events.find(({ event }) => event === 'retry')?.message).toContain('before terraform was started');
    expect(await system.api.expect('GET', `/api/v1/workspaces/${workspace.id}`)).toMatchObject({
      needsAttention: false,
    });
  }, 90_000);

  it('plans again and asks again where the agent died while it still prepared the slot', async () => {
    const { id } = await system.api.task(workspace.id, 'plan_and_apply');
    const { slotId } = await system.api.reaches(id, 'apply_pending');
    const slot = join(home(), 'slots', String(slotId));
    // It is not what the plan left, so the apply has a long way to go: a new init.
    await writeFile(join(slot, 'work', 'more.tf'), '');
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`);
    await waitFor('the apply to be accepted', async () => (await system.api.read(id)).status === 'applying');
    await system.agents[0]?.end('SIGKILL');
    expect(await readFile(join(home(), 'accepted', `${slotId}.json`), 'utf8')).toContain(id);
    await restart();
    const again = await system.api.reaches(id, 'apply_pending');
    expect(again).toMatchObject({ retries: 0, error: null, confirmedAt: null });
    const events = await system.api.events(id);
    expect(events.find(({ event }) => event === 'retry')?.message).toContain('before terraform was started');
    await go();
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, { planHash: again.planHash });
    await system.api.reaches(id, 'succeeded');
    expect(await effects()).toBe('begun\n');
    expect(await readFile(join(home(), 'accepted', `${slotId}.json`), 'utf8').catch(() => null)).toBeNull();
  }, 90_000);
});

describe('the door to states of an agent', () => {
  it('ends by itself where the agent has died before the door was open', async () => {
    const door = fork('apps/agent/dist/terraform/state-door/door.process.js', ['0'], {
      env: {},
      execArgv: [],
    });
    const ended = once(door, 'exit');
    door.disconnect();
    expect(await ended).toEqual([0, null]);
  }, 30_000);
});
