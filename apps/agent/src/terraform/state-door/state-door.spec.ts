import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@berth/observability';
import { StateDoor, type DoorRoute } from './state-door.js';

/** Asks as a process of its own: GET, or the method that is given with a body. */
const ASKER = `
const [address, method = 'GET', body] = process.argv.slice(1);
const headers = { authorization: 'Basic ' + Buffer.from('someone:else').toString('base64') };
fetch(address, { method, headers, ...(body === undefined ? {} : { body }) })
  .then(async (answer) => console.log(answer.status, await answer.text()))
  .catch((error) => console.log('failed', String(error.cause ?? error)));
`;

describe('the door to a state', () => {
  let home: string;
  let api: Server;
  let door: StateDoor;
  let asked: { method: string; path: string; authorization: string; body: string }[];
  let refused: number;
  let child: ChildProcess | null;

  const logger = createLogger('test', 'silent');

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'berth-door-'));
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
    door = new StateDoor({ home }, logger);
    await door.open();
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await door.close();
    api.close();
    await rm(home, { recursive: true, force: true });
  });

  const address = (): string => `http://127.0.0.1:${(api.address() as AddressInfo).port}/state`;

  function admit(path?: string): DoorRoute {
    return door.admit({
      address: address(),
      token: 'token-of-the-run',
      pid: () => child?.pid ?? null,
      path,
      refused: () => {
        refused += 1;
      },
    });
  }

  /** What a process gets that counts as terraform, or as something that terraform has started. */
  async function ask(args: readonly string[], as: 'terraform' | 'another' = 'terraform'): Promise<string> {
    const asking = spawn(process.execPath, ['-e', ASKER, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    child = as === 'terraform' ? asking : spawn('sleep', ['60']);
    const said = (await text(asking.stdout)).trim();
    if (as === 'another') {
      child.kill('SIGKILL');
    }
    return said;
  }

  it('passes terraform’s requests on with the run’s token, and the answers back', async () => {
    const route = admit();
    expect(await ask([route.address])).toBe('200 {"serial":1}');
    expect(await ask([`${route.address}?ID=lock`, 'POST', '{"serial":2}'])).toBe('200 {"serial":1}');
    const authorization = `Basic ${Buffer.from('berth:token-of-the-run').toString('base64')}`;
    expect(asked).toEqual([
      { method: 'GET', path: '/state', authorization, body: '' },
      { method: 'POST', path: '/state?ID=lock', authorization, body: '{"serial":2}' },
    ]);
  });

  it('lets no other process in, though it knows the address, and tells of it once', async () => {
    const route = admit();
    expect(await ask([route.address], 'another')).toMatch(/^403 /);
    expect(await ask([route.address, 'POST', '{}'], 'another')).toMatch(/^403 /);
    expect([asked, refused]).toEqual([[], 1]);
  });

  it('is shut when the run is over, and to whoever does not know it', async () => {
    const route = admit();
    route.close();
    expect(await ask([route.address])).toMatch(/^404/);
    expect(await ask([`${new URL(route.address).origin}/guessed`])).toMatch(/^404/);
  });

  it('does what is to be done before terraform has the state', async () => {
    const route = admit();
    const done: string[] = [];
    route.beforeRead = async () => {
      done.push(`after ${asked.length} requests`);
      return Promise.resolve();
    };
    await ask([route.address, 'LOCK', '{}']);
    await ask([route.address]);
    expect(done).toEqual(['after 1 requests']);
  });

  it('is at the same place when the agent comes back, for an apply that has outlived it', async () => {
    const { address: before, path } = admit();
    await door.close();
    expect(await ask([before])).toMatch(/^failed .*ECONNREFUSED/);
    door = new StateDoor({ home }, logger);
    await door.open();
    expect(admit(path).address).toBe(before);
    expect(await ask([before])).toBe('200 {"serial":1}');
  });

  it('says that the state cannot be had now where the api is away', async () => {
    const route = admit();
    api.close();
    api.closeAllConnections();
    expect(await ask([route.address])).toMatch(/^502/);
  });
});
