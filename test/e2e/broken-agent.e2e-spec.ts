import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageOf } from '@berth/contracts';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const NO_CHANGES = {
  ...{ add: 0, change: 0, destroy: 0, import: 0, move: 0 },
  ...{ forget: 0, drift: 0, outputs: 0, actions: 0, other: 0 },
};
const SLOTS = 4;
const TASKS = 16;

interface Agent {
  readonly id: string;
  readonly unwell: { readonly reason: string } | null;
}

describe('an agent that is broken, beside a good one', () => {
  let system: System;
  const agents: BareAgent[] = [];

  beforeAll(async () => {
    system = await System.start({ agents: 0, schedulerEnv: { BERTH_RETRY_FIRST_DELAY_MS: '100' } });
  }, 90_000);

  afterAll(async () => {
    await Promise.all(agents.map(async (agent) => agent.close()));
    await system.stop();
  }, 60_000);

  /** Does this with every task that it is given. */
  async function agent(
    agentId: string,
    work: (agent: BareAgent, message: MessageOf<'task.assigned'>) => void,
  ): Promise<void> {
    const bare = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId,
      slots: SLOTS,
    });
    agents.push(bare);
    await bare.openQueue();
    await bare.consume((message) => {
      void bare.accept(message).then(({ status }) => {
        if (status === 200) {
          work(bare, message);
        }
      });
    });
    await bare.register(SLOTS);
    bare.keepBeating();
  }

  it('fails no task for good: each ends well, with retries left, and the agent is shown as unwell', async () => {
    await agent('broken', (bare, message) => {
      bare.fail(message, 'AGENT_DISK_FULL', 'transient');
    });
    await agent('good', (bare, { taskId, attempt, slotId }) => {
      bare.say('task.plan_finished', {
        taskId,
        attempt,
        slotId,
        agentId: bare.agentId,
        podName: bare.podName,
        planHash: 'a'.repeat(64),
        hasChanges: false,
        changes: NO_CHANGES,
        record: {},
      });
    });
    const configuration = { 'main.tf': 'resource "terraform_data" "one" {}\n' };
    for (let n = 0; n < TASKS; n += 1) {
      const workspace = await system.api.workspace(`w${n}`, configuration);
      await system.api.task(workspace.id, 'plan');
    }
    const tasks = await waitFor('every task to end', async () => {
      const rows = await system.database.database.rows<{ status: string; retries: number }>(
        'select status, retries from tasks where finished_at is not null',
      );
      return rows.length === TASKS && rows;
    });
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    expect(Math.max(...tasks.map(({ retries }) => retries))).toBeLessThan(5);
    const broken = await system.api.expect<Agent>('GET', '/api/v1/agents/broken');
    expect(broken.unwell).toMatchObject({ reason: expect.stringContaining('AGENT_DISK_FULL') });
    expect((await system.api.expect<Agent>('GET', '/api/v1/agents/good')).unwell).toBeNull();
  }, 120_000);
});
