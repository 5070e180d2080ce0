import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, isPortFree } from './free-port.js';

describe('a free port', () => {
  it('lies outside the range from which outgoing connections take theirs', async () => {
    const port = await freePort();

    expect(port).toBeGreaterThanOrEqual(20_000);
    expect(port).toBeLessThan(30_000);
  });

  it('is not free any more once somebody listens on it', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await isPortFree(port)).toBe(false);
    } finally {
      server.close();
      await once(server, 'close');
    }

    expect(await isPortFree(port)).toBe(true);
  });
});
