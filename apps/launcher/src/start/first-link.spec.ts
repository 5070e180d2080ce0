import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { firstOwnersLink } from './first-link.js';

describe('the link of the first owner', () => {
  let server: Server;
  const asked: string[] = [];

  afterEach(() => {
    server.close();
  });

  async function linkFrom(status: number, body: object): Promise<string | null> {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      request.resume();
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return firstOwnersLink({ apiUrl, apiKey: 'the-key', signal: AbortSignal.timeout(10_000) });
  }

  it('is asked for with the key of the installation', async () => {
    expect(await linkFrom(201, { url: 'http://x/sign-in/link?token=y', expiresAt: 'z' })).toBe(
      'http://x/sign-in/link?token=y',
    );
    expect(asked.at(-1)).toBe('POST /api/v1/sign-in-links Bearer the-key');
  });

  it('is none where there is an owner, and an error where the api fails', async () => {
    expect(await linkFrom(409, { code: 'OWNER_ALREADY' })).toBeNull();
    server.close();
    await expect(linkFrom(500, { code: 'INTERNAL_ERROR' })).rejects.toThrow('INTERNAL_ERROR');
  });
});
