import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import { tarGz } from '../support/api-caller.js';
import { BareAgent } from '../support/bare-agent.js';
import { PlanGate } from '../support/plan-gate.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('a session of an agent that ends in the middle of a run', () => {
  let system: System;
  let gate: PlanGate;
  let go: string;

  beforeAll(async () => {
    gate = await PlanGate.make();
    go = join(await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'session-')), 'go');
    system = await System.start({
      agents: 1,
      agentEnv: { PATH: gate.path },
      registryEnv: { BERTH_HEARTBEAT_INTERVAL_MS: '300', BERTH_MISSING_TASK_SECONDS: '2' },
    });
  }, 90_000);

  afterAll(async () => {
    await gate.open();
    await writeFile(go, '');
    await system.stop();
  }, 60_000);

  /** How it ends: its row says so, or another process of this agent has begun one. */
  const ENDINGS: readonly (readonly [string, () => Promise<void>])[] = [
    [
      'since it was ended',
      async () => {
        await system.database.database.rows('update agent_sessions set ended_at = now()');
      },
    ],
    [
      'since another process has begun one',
      async () => {
        const other = await BareAgent.connect({
          apiUrl: system.api.baseUrl,
          amqpUrl: system.broker.url,
          agentToken: system.agentToken,
          agentId: 'agent-1',
          agentSecret: await system.secretOf('agent-1'),
          slots: 1,
        });
        await other.close();
      },
    ],
  ];

  const main = (name: string) => ({
    'main.tf': `
resource "terraform_data" "${name}" {
  provisioner "local-exec" {
    command = "echo begun; until [ -e ${go} ]; do sleep 0.1; done; echo through"
  }
}
`,
  });

  async function ended(task: Task): Promise<void> {
    // First, since it says why.
    const again = (await system.api.events(task.id)).filter(({ message }) =>
      /lost|not have|retr/.test(message),
    );
    expect(again).toEqual([]);
    expect(task).toMatchObject({ attempt: 1, retries: 0 });
  }

  it.each(ENDINGS)('%s, costs a plan nothing', async (how, end) => {
    const workspace = await system.api.workspace(`plan ${how}`.replace(/\W/g, '-'), main('one'));
    await gate.close();
    const { id } = await system.api.task(workspace.id, 'plan');
    await waitFor('the plan to wait', async () => (await system.api.read(id)).stage === 'plan');
    await end();
    await gate.open();
    await ended(await system.api.reaches(id, 'succeeded'));
    expect(await system.api.log(id, 'plan')).toContain('terraform_data.one');
  });

  it.each(ENDINGS)('%s, costs an apply nothing', async (how, end) => {
    await rm(go, { force: true });
    const workspace = await system.api.workspace(`apply ${how}`.replace(/\W/g, '-'), main('two'));
    const { id } = await system.api.task(workspace.id, 'plan_and_apply', { autoApply: true });
    await waitFor('the apply to be in the middle', async () =>
      (await system.api.log(id, 'apply').catch(() => '')).includes('begun'),
    );
    const { attempt } = await system.api.read(id);
    await end();
    await waitFor('the session to be another one', async () => {
      const [agent] = await system.database.database.rows(
        'select 1 from agents a join agent_sessions s on s.id = a.session_id where s.ended_at is null',
      );
      return agent !== undefined;
    });
    await writeFile(go, '');
    const task = await system.api.reaches(id, 'succeeded');
    expect(task).toMatchObject({ attempt, retries: 0 });
    expect(await system.api.log(id, 'apply')).toContain('through');
  });

  it.each(ENDINGS)('%s, costs a build nothing, whose files are kept', async (_how, end) => {
    await rm(go, { force: true });
    const source = await system.api.expect<{ id: string }>(
      'POST',
      '/api/v1/sources',
      await tarGz({ a: 'a\n' }),
      { 'content-type': 'application/gzip' },
    );
    const run = `echo begun; until [ -e ${go} ]; do sleep 0.1; done; cp a b`;
    const { id } = await system.api.expect<Task>('POST', '/api/v1/tasks', {
      kind: 'build',
      steps: [{ run }],
      sourceId: source.id,
      artifacts: ['b'],
    });
    await waitFor('the step to be in the middle', async () =>
      (await system.api.log(id, 'build').catch(() => '')).includes('begun'),
    );
    await end();
    await writeFile(go, '');
    await ended(await system.api.reaches(id, 'succeeded'));
    const { items } = await system.api.expect<{ items: { path: string }[] }>(
      'GET',
      `/api/v1/tasks/${id}/artifacts`,
    );
    expect(items).toMatchObject([{ path: 'b' }]);
  });
});
