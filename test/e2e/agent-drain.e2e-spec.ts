import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Agent, Slot, Task } from '@berth/contracts';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const FILES = { 'main.tf': 'resource "terraform_data" "one" {\n  input = "one"\n}\n' };

describe('an agent that an admin drains', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 2, registryEnv: { BERTH_HEARTBEAT_INTERVAL_MS: '200' } });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const agent = async (id: string): Promise<Agent> => system.api.expect('GET', `/api/v1/agents/${id}`);
  const call = async (id: string, verb: 'drain' | 'resume'): Promise<Agent> =>
    system.api.expect('POST', `/api/v1/agents/${id}/${verb}`);

  it('hands its reserved slots back, whose tasks plan again elsewhere and say why', async () => {
    const workspace = await system.api.workspace('drained', FILES);
    const task = await system.api.task(workspace.id, 'plan_and_apply');
    const planned = await system.api.reaches(task.id, 'apply_pending');
    const first = String(planned.agentId);
    expect((await call(first, 'drain')).status).toBe('draining');
    const again = await waitFor('a plan on the other agent', async () => {
      const now = await system.api.read(task.id);
      return now.status === 'apply_pending' && now.agentId !== first ? now : null;
    });
    expect(again).toMatchObject({ retries: 0, error: null });
    const events = await system.api.events(task.id);
    expect(events.map(({ message }) => message)).toContain(
      `agent ${first} is being drained; plans again and asks again`,
    );
    await system.api.expect<Task>('POST', `/api/v1/tasks/${task.id}/confirm`, {
      planHash: again.planHash,
    });
    await system.api.reaches(task.id, 'succeeded');
    await call(first, 'resume');
  });

  it('gets nothing more until it is resumed, and is not taken for lost meanwhile', async () => {
    await call('agent-1', 'drain');
    await call('agent-2', 'drain');
    const workspace = await system.api.workspace('waits', FILES);
    const task = await system.api.task(workspace.id, 'plan');
    const heard = (await agent('agent-1')).lastHeartbeatAt ?? '';
    await waitFor('some heartbeats', async () => {
      const { lastHeartbeatAt } = await agent('agent-1');
      return Date.parse(String(lastHeartbeatAt)) - Date.parse(heard) > 1_000;
    });
    expect(await agent('agent-1')).toMatchObject({
      status: 'draining',
      drainRequestedAt: expect.any(String),
    });
    expect(await system.api.read(task.id)).toMatchObject({ status: 'pending' });
    expect((await system.api.read(task.id)).waiting).toMatchObject({
      message: expect.stringContaining('drain'),
    });
    expect(await call('agent-1', 'resume')).toMatchObject({ drainRequestedAt: null });
    expect((await system.api.reaches(task.id, 'succeeded')).agentId).toBe('agent-1');
    await call('agent-2', 'resume');
  });

  it('stays drained when it is started again', async () => {
    await call('agent-1', 'drain');
    const process = system.agents[0];
    await process?.end('SIGKILL');
    process?.start();
    await process?.ready();
    await waitFor('its new registration', async () => (await agent('agent-1')).status === 'draining');
    const { items } = await system.api.expect<{ items: Slot[] }>('GET', '/api/v1/slots');
    expect(items.filter(({ agentId, state }) => agentId === 'agent-1' && state === 'running')).toEqual([]);
  });

  it('has to be there', async () => {
    expect(await system.api.call('POST', '/api/v1/agents/nobody/drain')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    });
    await system.agents[1]?.end('SIGTERM');
    await waitFor('its farewell', async () => (await agent('agent-2')).status === 'stopped');
    expect(await system.api.call('POST', '/api/v1/agents/agent-2/drain')).toMatchObject({
      status: 409,
      body: { code: 'AGENT_NOT_RUNNING' },
    });
  });
});
