import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AllowedAddresses, type FoundAddress } from '../../apps/agent/src/addresses/allowed-addresses.js';
import { GuardedProxy } from '../../apps/agent/src/addresses/guarded-proxy.js';
import { cloneSource, type CloneOptions } from '../../apps/agent/src/git/clone-source.js';
import { NO_ISOLATION } from '../../apps/agent/src/processes/isolation/no-isolation.js';
import { GitHost } from '../support/git-host.js';

const REFUSED = { code: 'GIT_ADDRESS_REFUSED', failureClass: 'permanent' };

describe('a git source', () => {
  let home: string;
  let host: GitHost;
  /** Of the loopback as well, where nobody is meant to come. */
  let closed: Server;
  let visitors: number;

  beforeAll(async () => {
    home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'closed-'));
    host = await GitHost.start(join(home, 'host'));
    await host.push('infra', { files: { 'main.tf': '# root' } });
    closed = createServer((socket) => {
      visitors += 1;
      socket.destroy();
    });
    closed.listen(0, '127.0.0.2');
    await once(closed, 'listening');
  });

  beforeEach(() => {
    visitors = 0;
    host.requests.length = 0;
  });

  afterEach(() => {
    delete process.env['http_proxy'];
    delete process.env['no_proxy'];
  });

  afterAll(async () => {
    closed.close();
    await host.stop();
  });

  const portOf = (url: string): string => new URL(url).port;
  const closedAddress = (): string => `http://127.0.0.2:${(closed.address() as AddressInfo).port}`;

  async function clone(url: string, allowed: AllowedAddresses, more: Partial<CloneOptions> = {}) {
    return cloneSource({
      source: { url, branch: null, path: '', token: null },
      scratch: await mkdtemp(join(home, 'scratch-')),
      isolation: NO_ISOLATION,
      user: null,
      limits: {},
      agentEnv: process.env,
      passThrough: [],
      allowed,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
      ...more,
    });
  }

  it.each([
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '127.1',
    '0.0.0.0',
    '[::ffff:127.0.0.1]',
    '[::1]',
  ])('does not lead to %s of the agent, and its host hears nothing', async (name) => {
    const url = `http://${name}:${portOf(host.address)}/infra.git`;
    await expect(clone(url, new AllowedAddresses([]))).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringMatching(/^git clone of http.* was refused: .* address.*BERTH_ALLOWED_ADDRESSES/),
    });
    expect(host.requests).toEqual([]);
  });

  it.each([
    'https://169.254.169.254/latest.git',
    'https://10.0.0.1/infra.git',
    'https://[fd00:ec2::254]/infra.git',
    'ssh://git@127.0.0.1:1/infra.git',
    'ssh://git@[::1]:1/infra.git',
    'git@localhost:infra.git',
  ])('does not lead to %s', async (url) => {
    await expect(clone(url, new AllowedAddresses([]))).rejects.toMatchObject(REFUSED);
  });

  it.each([['127.0.0.1'], ['127.0.0.0/8'], ['localhost']])(
    'leads to what the installation allows by %s',
    async (entry) => {
      const url = `http://localhost:${portOf(host.address)}/infra.git`;
      expect((await clone(url, new AllowedAddresses([entry]))).commit).toMatch(/^[0-9a-f]{40}$/);
    },
  );

  it('does not lead to a closed address by a redirect', async () => {
    host.faults.push(new URL(closedAddress()));
    await expect(clone(host.url('infra'), new AllowedAddresses(['127.0.0.1']))).rejects.toMatchObject({
      ...REFUSED,
      message: expect.stringContaining('127.0.0.2 is a loopback address'),
    });
    expect(host.requests).toHaveLength(1);
    expect(visitors).toBe(0);
  });

  it('does not lead to a closed address by what the resolver says the next time', async () => {
    const said: FoundAddress[][] = [[{ address: '127.0.0.1', family: 4 }]];
    const resolver = async () => said.shift() ?? [{ address: '127.0.0.2', family: 4 }];
    const url = `http://git.example:${portOf(host.address)}/infra.git`;
    await expect(clone(url, new AllowedAddresses(['127.0.0.1'], resolver))).rejects.toMatchObject(REFUSED);
    expect(host.requests.length).toBeGreaterThan(0);
    expect(said).toEqual([]);
  });

  it('is not told by the network’s proxy from where it may not come, nor led on by a redirect', async () => {
    process.env['http_proxy'] = host.address;
    await expect(clone('http://10.0.0.1/infra.git', new AllowedAddresses([]))).rejects.toMatchObject(REFUSED);
    expect(host.requests).toEqual([]);

    host.faults.push(new URL(closedAddress()));
    await expect(clone('http://git.invalid/infra.git', new AllowedAddresses([]))).rejects.toMatchObject({
      code: 'GIT_MOVED',
    });
    expect(host.requests.map(({ url }) => url)).toEqual([
      'http://git.invalid/infra.git/info/refs?service=git-upload-pack',
    ]);
    expect(visitors).toBe(0);
  });

  it('is held to its address where the network’s proxy is not for it', async () => {
    process.env['http_proxy'] = closedAddress();
    process.env['no_proxy'] = '127.0.0.1';
    await expect(clone(host.url('infra'), new AllowedAddresses([]))).rejects.toMatchObject(REFUSED);
    await clone(host.url('infra'), new AllowedAddresses(['127.0.0.1']));
    expect(visitors).toBe(0);
  });

  it('by ssh leads to the address that was checked, and its host is known by its name', async () => {
    const bin = await mkdtemp(join(home, 'bin-'));
    await writeFile(join(bin, 'ssh'), `#!/bin/sh\necho "$@" > '${bin}/args'\nexit 255\n`);
    await chmod(join(bin, 'ssh'), 0o755);
    const agentEnv = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const resolver = async () => [{ address: '140.82.121.4', family: 4 }];
    const allowed = new AllowedAddresses([], resolver);
    const asked = async (url: string): Promise<string> => {
      await clone(url, allowed, { agentEnv }).catch(() => undefined);
      return readFile(join(bin, 'args'), 'utf8');
    };
    const pinned = '-o HostName=140.82.121.4 -o HostKeyAlias=';
    expect(await asked('git@git.example:infra.git')).toContain(`${pinned}git.example -o CheckHostIP=no`);
    expect(await asked('ssh://git@git.example:2222/infra.git')).toContain(`${pinned}[git.example]:2222 -o`);
  });
});

describe('the proxy that leads git out', () => {
  it('carries bytes of any kind to and fro, and ends with what it carried', async () => {
    const echo = createServer((socket) => socket.pipe(socket));
    echo.listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const proxy = await GuardedProxy.open(new AllowedAddresses(['127.0.0.1']));
    const { port, username, password } = new URL(proxy.url);
    const known = Buffer.from(`${username}:${password}`).toString('base64');
    const target = `127.0.0.1:${(echo.address() as AddressInfo).port}`;
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`CONNECT ${target} HTTP/1.1\r\nProxy-Authorization: Basic ${known}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('utf8')).toMatch(/^HTTP\/1.1 200 /);
    const sent = randomBytes(1_000_000);
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);

    const left = connect(Number(port), '127.0.0.1');
    await once(left, 'connect');
    await proxy.close();
    await once(left, 'close');
    echo.close();
  });

  it('serves nobody who does not know its password', async () => {
    const proxy = await GuardedProxy.open(new AllowedAddresses(['127.0.0.1']));
    const { port } = new URL(proxy.url);
    const answered = async (request: string): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.end(request);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      socket.destroy();
      return answer.toString('utf8');
    };
    const wrong = `Proxy-Authorization: Basic ${Buffer.from('berth:wrong').toString('base64')}\r\n`;
    for (const header of ['', wrong]) {
      expect(await answered(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n${header}\r\n`)).toMatch(
        /^HTTP\/1.1 407 /,
      );
      expect(await answered(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\n${header}\r\n`)).toMatch(
        /^HTTP\/1.1 407 /,
      );
    }
    await proxy.close();
  });
});
