import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@berth/contracts';
import type { ServiceProcess } from '../support/service-process.js';
import type { TestBroker } from '../support/servers.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** What somebody takes away on the broker while everything runs. */
const KINDS: readonly (readonly [string, (broker: TestBroker) => Promise<void>])[] = [
  ['the exchange of events', async (broker) => broker.deleteExchange('berth.events')],
  ['the exchange of reports', async (broker) => broker.deleteExchange('berth.reports')],
  ['the exchange of tasks', async (broker) => broker.deleteExchange('berth.tasks')],
  ['the exchange of alarms', async (broker) => broker.deleteExchange('berth.alarms')],
  ['the exchange of changes', async (broker) => broker.deleteExchange('berth.changes')],
  ['the exchange of dead letters', async (broker) => broker.deleteExchange('berth.dead-letters')],
  ['the registry’s queue', async (broker) => broker.deleteQueue('berth.registry')],
  ['the scheduler’s queue', async (broker) => broker.deleteQueue('berth.scheduler')],
  ['the queue of bells', async (broker) => broker.deleteQueue('berth.scheduler.bells')],
  ['the queue of dead letters', async (broker) => broker.deleteQueue('berth.dead-letters')],
  ['a queue of alarms', async (broker) => broker.deleteQueue('berth.alarm.5s')],
  ['an agent’s queue', async (broker) => broker.deleteQueue('berth.agent.agent-1')],
  [
    'the binding of heartbeats',
    async (broker) => broker.deleteBinding('berth.reports', 'berth.registry', 'agent.heartbeat'),
  ],
  [
    'the binding of results',
    async (broker) => broker.deleteBinding('berth.reports', 'berth.scheduler', 'task.plan_finished'),
  ],
  [
    'the binding of bells',
    async (broker) => broker.deleteBinding('berth.events', 'berth.scheduler.bells', 'task.runnable'),
  ],
  [
    'the binding of an alarm',
    async (broker) => broker.deleteBinding('berth.alarms', 'berth.alarm.30s', '30s'),
  ],
  [
    'the binding of dead letters',
    async (broker) => broker.deleteBinding('berth.dead-letters', 'berth.dead-letters', '#'),
  ],
  [
    'an agent’s binding',
    async (broker) => broker.deleteBinding('berth.tasks', 'berth.agent.agent-1', 'agent.agent-1'),
  ],
  [
    'all exchanges at once',
    async (broker) => {
      await Promise.all(
        [
          'berth.events',
          'berth.reports',
          'berth.tasks',
          'berth.alarms',
          'berth.changes',
          'berth.dead-letters',
        ].map(async (name) => broker.deleteExchange(name)),
      );
    },
  ],
];

/** Each plan has a change. */
const MAIN = { 'main.tf': 'resource "terraform_data" "one" {\n  input = timestamp()\n}\n' };

describe('a broker on which somebody deletes', () => {
  let system: System;
  let workspaceId: string;

  beforeAll(async () => {
    system = await System.start({
      agents: 1,
      // What lay in a deleted queue is given out again after this.
      schedulerEnv: { BERTH_ACCEPT_LEASE_SECONDS: '4' },
      registryEnv: {
        BERTH_HEARTBEAT_INTERVAL_MS: '500',
        BERTH_AGENT_SUSPECT_AFTER_MS: '8000',
        BERTH_AGENT_LOST_AFTER_MS: '12000',
      },
    });
    workspaceId = (await system.api.workspace('topology', MAIN)).id;
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function notReady(service: ServiceProcess): Promise<string | null> {
    const answer = await fetch(`${service.url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    return answer.status === 200 ? null : `${service.name}: ${await answer.text()}`;
  }

  it.each(KINDS)(
    '%s: says so at /readyz, and has it again, with nothing lost',
    async (_what, remove) => {
      const before = await system.broker.topology();
      const task: Task = await system.api.task(workspaceId, 'plan_and_apply');
      await remove(system.broker);
      await waitFor('somebody not to be ready', async () => {
        const said = await Promise.all(system.all.map(async (one) => notReady(one)));
        return said.find((one) => one !== null);
      });
      await waitFor(
        'the topology to be back',
        async () => (await system.broker.topology()).join('\n') === before.join('\n'),
      );
      await Promise.all(system.all.map(async (one) => one.ready()));
      await system.api.reaches(task.id, 'apply_pending');
      await system.api.expect('POST', `/api/v1/tasks/${task.id}/confirm`);
      expect(await system.api.reaches(task.id, 'succeeded')).toMatchObject({ retries: 0 });
      expect(await system.api.expect('GET', '/api/v1/agents/agent-1')).toMatchObject({ status: 'alive' });
    },
    60_000,
  );

  it('counts at /metrics how often everything was declared again', async () => {
    const texts = await Promise.all(
      system.all.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const counts = texts.map((text) => Number(/^berth_broker_repairs_total\S* (\d+)/m.exec(text)?.[1] ?? 0));
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});
