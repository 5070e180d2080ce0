import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlanGate } from '../support/plan-gate.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('an agent that is told to stop', () => {
  let system: System;
  let folder: string;
  let gate: PlanGate;

  beforeAll(async () => {
    folder = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'drain-'));
    gate = await PlanGate.make('apply');
    system = await System.start({
      agents: 2,
      agentEnv: { PATH: gate.path },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '200',
        BERTH_AGENT_SUSPECT_AFTER_MS: '1000',
        BERTH_AGENT_LOST_AFTER_MS: '3000',
      },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  /** A resource whose creation ends when the test writes the file. */
  function waitingFor(file: string): Record<string, string> {
    return {
      'main.tf': `
resource "terraform_data" "waits" {
  provisioner "local-exec" {
    command = "echo begun; until [ -e ${file} ]; do sleep 0.1; done"
  }
}
`,
    };
  }

  it('lets its apply finish, and is not taken for lost meanwhile', async () => {
    const file = join(folder, 'go-on');
    const busy = await system.api.workspace('busy', waitingFor(file));
    const apply = await system.api.task(busy.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to be in the middle of its work', async () =>
      (await system.api.log(apply.id, 'apply').catch(() => '')).includes('begun'),
    );
    const { agentId } = await system.api.read(apply.id);
    const agent = system.agents.find((one) => one.name === agentId);
    const ended = agent?.end('SIGTERM');
    await waitFor('the registry to know of the drain', async () => {
      const [row] = await system.database.database.rows<{ status: string }>(
        'select status from agents where id = $1',
        [agentId],
      );
      return row?.status === 'draining';
    });
    // Longer than a silent agent has: only its heartbeats keep it.
    const [before] = await system.database.database.rows<{ at: Date }>(
      'select at from agent_heartbeats where agent_id = $1',
      [agentId],
    );
    await waitFor('heartbeats over more than the limit for silence', async () => {
      const [now] = await system.database.database.rows<{ at: Date }>(
        'select at from agent_heartbeats where agent_id = $1',
        [agentId],
      );
      return (now?.at.getTime() ?? 0) - (before?.at.getTime() ?? 0) > 3_500;
    });
    await writeFile(file, '');
    await system.api.reaches(apply.id, 'succeeded');
    await ended;
    const [row] = await system.database.database.rows<{ status: string }>(
      'select status from agents where id = $1',
      [agentId],
    );
    expect(row?.status).toBe('stopped');
    agent?.start();
    await agent?.ready();
  }, 60_000);

  it('costs an apply that has changed nothing yet its slot alone: it plans again and asks again', async () => {
    const workspace = await system.api.workspace('gated', {
      'main.tf': 'resource "terraform_data" "one" {}\n',
    });
    for (const agent of system.agents) {
      await agent.end('SIGTERM');
      agent.start({ BERTH_AGENT_DRAIN_SECONDS: '0' });
      await agent.ready();
    }
    const { id } = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(id, 'apply_pending');
    await gate.close();
    await system.api.expect('POST', `/api/v1/tasks/${id}/confirm`, {});
    await waitFor('terraform to wait', async () => {
      const { status, phases } = await system.api.read(id);
      return status === 'applying' && phases.apply?.processStartedAt !== undefined;
    });
    await system.agents.find((one) => one.name === planned.agentId)?.end('SIGTERM');
    await waitFor('the task to plan again', async () => (await system.api.read(id)).attempt === 3);
    await gate.open();
    const again = await system.api.reaches(id, 'apply_pending');
    expect(again).toMatchObject({
      attempt: 3,
      retries: 0,
      error: null,
      confirmedAt: null,
      planIdentical: true,
    });
    expect(again.agentId).not.toBe(planned.agentId);
    const events = await system.api.events(id);
    expect(events.map(({ message }) => message)).toContain(
      'The apply was stopped before it changed anything. (the agent stopped: plans again and asks again)',
    );
    const stopped = system.agents.find((one) => one.name === planned.agentId);
    stopped?.start();
    await stopped?.ready();
  }, 90_000);

  it('gives its waiting plans back at once when its disk goes away with it', async () => {
    const workspace = await system.api.workspace('waiting', {
      'main.tf': 'resource "terraform_data" "one" {}\n',
    });
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    await system.agents.find((one) => one.name === planned.agentId)?.end('SIGTERM');
    const again = await waitFor('the plan on the other agent', async () => {
      const read = await system.api.read(task.id);
      return read.status === 'apply_pending' && read.attempt === 2 ? read : null;
    });
    expect(again).toMatchObject({ retries: 0, error: null, planIdentical: true });
    expect(again.agentId).not.toBe(planned.agentId);
  }, 60_000);
});
