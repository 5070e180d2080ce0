import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient } from '../support/build-client.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

/** Workers that take builds and never say a word about them, with all services as they run. */
describe('a build that nobody begins', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      apiEnv: { BERTH_BUILD_START_SECONDS: '1' },
      schedulerEnv: { BERTH_RETRY_FIRST_DELAY_MS: '1', BERTH_RECONCILE_INTERVAL_MS: '200' },
    });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  it('fails when its retries are used up, and says why, however its worker goes on asking', async () => {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('takes and is silent');
    const seen = new Set<number>();
    await waitFor(
      'the build to fail',
      async () => {
        await worker.poll();
        const { retries, status } = await system.api.read(id);
        seen.add(retries);
        return status === 'failed' ? true : null;
      },
      60_000,
    );
    expect([...seen]).toEqual([0, 1, 2, 3]);
    expect((await client.status(id)).error_message).toMatch(/never begun it.*tried 4 times/);
    const { logs } = await client.expect('GET', `/api/builds/${id}/logs`);
    const messages: string[] = logs.map((entry: { message: string }) => entry.message);
    expect(messages.filter((message) => message.startsWith('Taken by worker'))).toHaveLength(4);
    expect(messages.filter((message) => message.startsWith('Given back to the queue'))).toHaveLength(3);
    expect(messages.at(-1)).toMatch(/^Build failed: .*never begun/);
  }, 90_000);
});
