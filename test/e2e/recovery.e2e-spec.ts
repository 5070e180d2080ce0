import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageOf } from '@berth/contracts';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {}\n' };

describe('what was lost on its way', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({
      agents: 1,
      registryEnv: { BERTH_MISSING_TASK_SECONDS: '1', BERTH_HEARTBEAT_INTERVAL_MS: '300' },
      agentEnv: { BERTH_RESULT_RESEND_SECONDS: '1' },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('is sent again by the agent: a result that the broker had and lost', async () => {
    const [scheduler] = system.schedulers;
    const workspace = await system.api.workspace('lost-result', CONFIGURATION);
    const task = await system.api.task(workspace.id, 'plan');
    await waitFor('the plan to begin', async () => (await system.api.read(task.id)).status === 'planning');
    await scheduler?.end('SIGKILL');
    await waitFor('the result to be stored', async () => {
      const [plan] = await system.database.database.rows(
        'select 1 from plans where task_id = $1 and document is not null',
        [task.id],
      );
      return plan !== undefined;
    });
    await waitFor(
      'the result to lie in the queue',
      async () => ((await system.broker.depth('berth.scheduler')) ?? 0) > 0,
    );
    await system.broker.purge('berth.scheduler');
    scheduler?.start();
    await scheduler?.ready();
    await system.api.reaches(task.id, 'succeeded');
    expect(await system.api.read(task.id)).toMatchObject({ attempt: 1, retries: 0 });
  }, 90_000);

  it('is found again by an agent whose session another process has ended: its task is not failed for it', async () => {
    const workspace = await system.api.workspace('ended-session', CONFIGURATION);
    const other = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'agent-1',
      agentSecret: await system.secretOf('agent-1'),
      slots: 1,
    });
    await other.close();
    const task = await system.api.task(workspace.id, 'plan');
    await system.api.reaches(task.id, 'succeeded');
  }, 60_000);

  it('is taken from an agent that does not have it: a task whose accept was answered into the void', async () => {
    await system.agents[0]?.end('SIGTERM');
    const agent = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'forgetful',
      slots: 1,
    });
    const received: MessageOf<'task.assigned'>[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      received.push(message);
    });
    await agent.register(1);
    const workspace = await system.api.workspace('lost-answer', CONFIGURATION);
    const task = await system.api.task(workspace.id, 'plan');
    const message = await waitFor('the assignment', async () => received[0]);
    expect((await agent.accept(message)).status).toBe(200);
    const again = await waitFor('the task to be offered again', async () => {
      agent.beat();
      return received[1];
    });
    expect(again).toMatchObject({ taskId: task.id, attempt: 2 });
    expect(await system.api.read(task.id)).toMatchObject({ retries: 1 });
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await agent.close();
  }, 60_000);
});
