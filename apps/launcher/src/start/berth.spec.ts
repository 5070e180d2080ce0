import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  freePort,
  identify,
  isAlive,
  rememberProcesses,
  startDaemon,
  waitUntil,
} from '@berth/private-servers';
import { Berth } from './berth.js';
import { openHome } from './berth-home.js';
import type { BerthHome } from './berth-home.js';
import { readRuntime } from './runtime-file.js';
import { ServiceNotReady } from './service-process.js';

const KEYS = { apiKey: 'the-api-key', agentToken: 'the-agent-token', encryptionKey: 'the-encryption-key' };

/** Stands in for any service: ready at once, and it writes down when it was started and when it was stopped. */
const STAND_IN = `
const { createServer } = require('node:http');
const { appendFileSync } = require('node:fs');
const name = process.env.BERTH_AGENT_ID ?? require('node:path').basename(require('node:path').dirname(__dirname));
const note = (what) => appendFileSync(__dirname + '/../../../story', what + ' ' + name + '\\n');
process.on('SIGTERM', () => { note('stop'); process.exit(0); });
createServer((request, response) => response.end()).listen(
  Number(process.env.BERTH_HTTP_PORT), process.env.BERTH_HTTP_HOST, () => note('start'));
`;
const FAILING = "console.error('the reason, in the last line'); process.exit(1);";

describe('Berth on one machine', () => {
  let directory: string;
  let home: BerthHome;
  let servers: Server[];
  let env: NodeJS.ProcessEnv;
  let said: string[];

  /** Answers as a server's first words would; enough for the check that it is there. */
  async function answering(words: Buffer | string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.write(words));
    });
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  function install(app: string, program: string): void {
    mkdirSync(join(directory, 'apps', app, 'dist'), { recursive: true });
    writeFileSync(join(directory, 'apps', app, 'dist', 'main.js'), program);
  }

  const story = () => readFileSync(join(directory, 'story'), 'utf8').trim().split('\n');

  const open = () =>
    new Berth({
      home,
      keys: KEYS,
      appsDir: join(directory, 'apps'),
      env,
      say: (message) => {
        said.push(message);
      },
    });

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'berth-start-'));
    home = await openHome(join(directory, 'home'), join(directory, 'home'));
    servers = [];
    said = [];
    for (const app of ['api', 'scheduler', 'registry', 'agent']) {
      install(app, STAND_IN);
    }
    const postgres = await answering(Buffer.from('R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0'));
    const broker = await answering(Buffer.from([1, 0, 0, 0, 0, 1, 247, 0, 10, 0, 10, 0, 9]));
    env = {
      PATH: process.env['PATH'],
      DATABASE_URL: `postgresql://me:secret@127.0.0.1:${postgres}/berth`,
      AMQP_URL: `amqp://me:secret@127.0.0.1:${broker}`,
      BERTH_PORT: String(await freePort()),
    };
  });

  afterEach(() => {
    for (const server of servers) {
      server.close();
    }
    rmSync(directory, { recursive: true });
  });

  it('starts the api first, stops the agents first, and leaves no process and no runtime file', async () => {
    const berth = open();
    await berth.start(new AbortController().signal);
    const runtime = readRuntime(home.runtime)!;

    expect(runtime).toMatchObject({
      apiUrl: `http://127.0.0.1:${env['BERTH_PORT']!}`,
      apiKey: 'the-api-key',
    });
    expect(runtime.processes.map(({ name }) => name)).toEqual([
      'api',
      'scheduler',
      'registry',
      'agent-1',
      'agent-2',
    ]);
    expect(statSync(home.runtime).mode & 0o777).toBe(0o600);
    expect(runtime.processes.every(({ pid }) => isAlive(pid))).toBe(true);
    await berth.stop();

    const [first] = story();
    const stops = story().filter((line) => line.startsWith('stop'));
    expect(first).toBe('start api');
    expect(stops.slice(0, 2).every((line) => line.startsWith('stop agent-'))).toBe(true);
    expect(stops.slice(2)).toEqual(['stop registry', 'stop scheduler', 'stop api']);
    expect(runtime.processes.some(({ pid }) => isAlive(pid))).toBe(false);
    expect(existsSync(home.runtime)).toBe(false);
  });

  it('gives up when a service does not come up, with the last lines of its log', async () => {
    install('registry', FAILING);
    const berth = open();

    const failure = await berth.start(new AbortController().signal).catch((error: unknown) => error);
    await berth.stop();

    expect(failure).toBeInstanceOf(ServiceNotReady);
    expect((failure as ServiceNotReady).message).toBe('registry ended while it started (exit code 1)');
    expect((failure as ServiceNotReady).logTail.at(-1)).toBe('the reason, in the last line');
    expect(story()).toContain('stop api');
    expect(existsSync(home.runtime)).toBe(false);
  });

  it('starts a killed service again and tells scripts its new pid', async () => {
    const berth = open();
    await berth.start(new AbortController().signal);
    const agent = () => readRuntime(home.runtime)?.processes.find(({ name }) => name === 'agent-2')?.pid;
    const before = agent()!;
    process.kill(before, 'SIGKILL');
    await waitUntil(() => said.some((line) => line.startsWith('agent-2 is back')), { deadlineMs: 20_000 });

    expect(agent()).not.toBe(before);
    await berth.stop();
  });

  it('ends the services that a killed launcher has left, at the next start', async () => {
    const entry = join(directory, 'apps', 'api', 'dist', 'main.js');
    const left = await startDaemon({
      file: process.execPath,
      args: [entry],
      env: { ...env, BERTH_HTTP_HOST: '127.0.0.1', BERTH_HTTP_PORT: env['BERTH_PORT'] },
      logFile: join(home.logs, 'api.log'),
    });
    await waitUntil(() => existsSync(join(directory, 'story')), { deadlineMs: 20_000 });
    rememberProcesses(home.processes, [{ name: 'api', mark: entry, ...(await identify(left.pid))! }]);
    const berth = open();

    await berth.start(new AbortController().signal);

    expect(said).toContain('ended what a killed start had left behind: api');
    expect(isAlive(left.pid)).toBe(false);
    await berth.stop();
  });

  it('refuses a port that is none before anything runs', async () => {
    env['BERTH_PORT'] = '99999';

    await expect(open().start(new AbortController().signal)).rejects.toThrow(
      'BERTH_PORT must be a port number',
    );
    expect(existsSync(join(directory, 'story'))).toBe(false);
  });
});
