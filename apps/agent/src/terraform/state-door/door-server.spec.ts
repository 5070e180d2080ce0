import { spawn, type ChildProcess } from 'node:child_process';
import { Agent, createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DoorServer } from './door-server.js';

/** Asks as a process of its own: GET, or the method that is given with a body. */
const ASKER = `
const [address, method = 'GET', body] = process.argv.slice(1);
const headers = { authorization: 'Basic ' + Buffer.from('someone:else').toString('base64') };
fetch(address, { method, headers, ...(body === undefined ? {} : { body }) })
  .then(async (answer) => console.log(answer.status, await answer.text()))
  .catch((error) => console.log('failed', String(error.cause ?? error)));
`;

describe('the door to a state', () => {
  let api: Server;
  let door: DoorServer;
  let port: number;
  let address: string;
  let beforeRead: (() => void) | null;
  let asked: { method: string; path: string; authorization: string; body: string }[];
  let refused: number;
  let child: ChildProcess | null;

  beforeEach(async () => {
    beforeRead = null;
    asked = [];
    refused = 0;
    child = null;
    api = createServer((request, response) => {
      void text(request).then((body) => {
        const { method = '', url = '', headers } = request;
        asked.push({ method, path: url, authorization: headers.authorization ?? '', body });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"serial":1}');
      });
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(api.address() as AddressInfo).port}/state`;
    door = new DoorServer({
      refused: () => {
        refused += 1;
      },
      beforeRead: async () => Promise.resolve(beforeRead?.()),
      warn: () => undefined,
    });
    port = await door.listen(0);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await door.close();
    api.close();
  });

  /** Gives the address that terraform would be told. */
  function admit(): string {
    const pid = child?.pid ?? null;
    door.admit({
      path: 'way',
      address,
      token: 'token-of-the-run',
      pid,
      asksBeforeRead: beforeRead !== null,
    });
    return `http://127.0.0.1:${port}/way`;
  }

  /** What a process gets that counts as terraform, or as something that terraform has started. */
  async function ask(args: readonly string[], as: 'terraform' | 'another' = 'terraform'): Promise<string> {
    const asking = spawn(process.execPath, ['-e', ASKER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = as === 'terraform' ? asking : spawn('sleep', ['60']);
    if (door.admitted.length > 0) {
      admit();
    }
    const said = (await text(asking.stdout)).trim();
    if (as === 'another') {
      child.kill('SIGKILL');
    }
    return said;
  }

  it('passes terraform’s requests on with the run’s token, and the answers back', async () => {
    const way = admit();
    expect(await ask([way])).toBe('200 {"serial":1}');
    expect(await ask([`${way}?ID=lock`, 'POST', '{"serial":2}'])).toBe('200 {"serial":1}');
    const authorization = `Basic ${Buffer.from('berth:token-of-the-run').toString('base64')}`;
    expect(asked).toEqual([
      { method: 'GET', path: '/state', authorization, body: '' },
      { method: 'POST', path: '/state?ID=lock', authorization, body: '{"serial":2}' },
    ]);
  });

  it('lets no other process in, though it knows the address, and tells of it once', async () => {
    const way = admit();
    expect(await ask([way], 'another')).toMatch(/^403 /);
    expect(await ask([way, 'POST', '{}'], 'another')).toMatch(/^403 /);
    expect([asked, refused]).toEqual([[], 1]);
  });

  it('has terraform ask once more where its agent has not told its number yet', async () => {
    const way = admit();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const status = async (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        get(way, { agent }, (response) => {
          response.resume().once('end', () => {
            resolve(response.statusCode);
          });
        }).on('error', reject);
      });
    expect(await status()).toBe(503);
    expect(refused).toBe(0);
    door.admit({ path: 'way', address, token: 'token-of-the-run', pid: process.pid, asksBeforeRead: false });
    // On the connection that it has kept.
    expect(await status()).toBe(200);
    agent.destroy();
  });

  it('is shut when the run is over, and to whoever does not know it', async () => {
    const way = admit();
    door.remove('way');
    expect(await ask([way])).toMatch(/^404/);
    expect(await ask([`${new URL(way).origin}/guessed`])).toMatch(/^404/);
  });

  it('does what is to be done before terraform has the state', async () => {
    const done: string[] = [];
    beforeRead = () => {
      done.push(`after ${asked.length} requests`);
    };
    const way = admit();
    await ask([way, 'LOCK', '{}']);
    await ask([way]);
    expect(done).toEqual(['after 1 requests']);
  });

  it('says that the state cannot be had now where the api is away', async () => {
    const way = admit();
    api.close();
    api.closeAllConnections();
    expect(await ask([way])).toMatch(/^502/);
  });
});
