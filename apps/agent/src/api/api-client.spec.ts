import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ApiClient } from './api-client.js';

const SESSION = {
  agentId: 'a',
  podName: 'p',
  slots: 1,
  concurrency: 1,
  version: 'test',
  isolation: null,
  agentSecret: 'x'.repeat(43),
  continues: null,
};
const POSITION = { attempt: 1, phase: 'plan', offset: 0 } as const;

/** The api as far as a session goes: of the tokens that it gave out, the newest one opens it. */
describe('a call in a session that is over', () => {
  let server: Server;
  let client: ApiClient;
  let given: number;
  let refusal: number;
  let over: number;

  beforeEach(async () => {
    given = 0;
    over = 0;
    refusal = 401;
    server = createServer((request, response) => {
      request.resume();
      if (request.url === '/agent/v1/sessions') {
        given += 1;
        const sessionId = `0192f0c1-0000-7000-8000-00000000000${given}`;
        response.end(JSON.stringify({ sessionId, token: `token-${given}`, pool: 'default', broker: null }));
      } else if (request.headers.authorization === `Bearer token-${given}`) {
        response.end(JSON.stringify({ nextOffset: 4, stopRequested: null }));
      } else {
        response.writeHead(refusal).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = new ApiClient(`http://127.0.0.1:${port}`, 'pool');
    client.whenSessionIsOver(() => {
      over += 1;
      void client.openSession(SESSION);
    });
    await client.openSession(SESSION);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each([401, 403])('is asked again in the next one, after a %d', async (status) => {
    refusal = status;
    given += 1;
    expect(await client.appendLog('task', POSITION, Buffer.from('text'))).toMatchObject({ nextOffset: 4 });
    expect(over).toBe(1);
  });

  it('begins one session for all that were refused', async () => {
    given += 1;
    await Promise.all(
      Array.from({ length: 5 }, async () => client.appendLog('task', POSITION, Buffer.from('text'))),
    );
    expect(given).toBe(2 + over);
    expect(over).toBeLessThan(6);
  });

  it('is transient where no other one can be had', async () => {
    client.whenSessionIsOver(() => undefined);
    given += 1;
    await expect(client.appendLog('task', POSITION, Buffer.from('text'))).rejects.toMatchObject({
      failureClass: 'transient',
      isSessionOver: true,
    });
  }, 20_000);

  it('is no session’s where the run’s own token was refused', async () => {
    await expect(client.hasState('workspace', 'of the run')).rejects.toMatchObject({
      failureClass: 'transient',
      isSessionOver: false,
    });
    expect(over).toBe(0);
  }, 20_000);
});
