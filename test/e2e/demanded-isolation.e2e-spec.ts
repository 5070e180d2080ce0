import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Agent, Pool } from '@berth/contracts';
import { ApiCaller } from '../support/api-caller.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

describe('a pool that demands how far its agents keep runs apart', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 1 });
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  const demand = async (runIsolation: Pool['runIsolation']): Promise<Pool> =>
    system.api.expect('PATCH', '/api/v1/pools/default', { runIsolation });

  const open = async (agentId: string, isolation: string | null) => {
    const agentSecret = 's'.repeat(43);
    const session = {
      agentId,
      agentSecret,
      podName: 'pod',
      slots: 1,
      concurrency: 1,
      version: '1',
      isolation,
    };
    return new ApiCaller(system.apiService.url, system.agentToken).call(
      'POST',
      '/agent/v1/sessions',
      session,
    );
  };

  it('leaves its cap as it is, and says what it demands', async () => {
    await system.api.expect('PATCH', '/api/v1/pools/default', { maxReservedSlots: 7 });
    expect(await demand('user')).toMatchObject({ maxReservedSlots: 7, runIsolation: 'user' });
    const pool = { name: 'strict', runIsolation: 'sandbox' };
    expect(await system.api.expect('POST', '/api/v1/pools', pool)).toMatchObject(pool);
  });

  it('has weaker agents drained, and what waits in their slots planned elsewhere', async () => {
    const agent = await waitFor('the drain', async () => {
      const found = await system.api.expect<Agent>('GET', '/api/v1/agents/agent-1');
      return found.status === 'draining' ? found : null;
    });
    expect(agent).toMatchObject({ isolation: 'none', drainRequestedAt: expect.any(String) });
  });

  it.each([
    ['none', 403],
    [null, 403],
    ['user', 201],
    ['sandbox', 201],
  ])('takes an agent of level %s only where that is enough: %i', async (isolation, status) => {
    const answer = await open(`of-${String(isolation)}`, isolation);
    expect(answer.status).toBe(status);
    if (status === 403) {
      const message = `pool "default" demands user, and this agent has none`;
      expect(answer.body).toMatchObject({
        code: 'RUN_ISOLATION_TOO_WEAK',
        errors: [{ field: 'isolation', message }],
      });
    }
  });

  it('tells an agent that starts too weak, which then does not start', async () => {
    await system.agents[0]?.end('SIGTERM');
    system.agents[0]?.start();
    await waitFor('its end', async () => system.agents[0]?.isRunning === false, 30_000);
    expect(await system.agents[0]?.tail()).toContain('pool "default" demands user, and this agent has none');
  }, 60_000);
});
