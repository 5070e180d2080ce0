import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPrivateRabbitmq } from '@berth/private-servers';
import type { PrivateRabbitmqOptions, PrivateServer } from '@berth/private-servers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import type { ConfirmChannel } from 'amqplib';

/** Where `npm start` keeps an unpacked RabbitMQ as well, so that it is downloaded once. */
const CACHE = resolve(import.meta.dirname, '../../.berth/cache/rabbitmq');

/**
 * One queue for all chapters, declared in an early one: a quorum queue that was declared a moment before its node was
 * killed did not come back in RabbitMQ 3.10.8 (basic.get on it timed out), a message confirmed then on an older one did.
 */
const QUEUE = 'kept';

// One broker for the whole file, as each start takes seconds: the tests are its life, one chapter after the other.
describe('the private RabbitMQ', () => {
  let directory: string;
  let server: PrivateServer;

  const start = async (options: Partial<PrivateRabbitmqOptions> = {}) => {
    server = await startPrivateRabbitmq({
      dataDir: join(directory, 'rabbitmq'),
      cacheDir: CACHE,
      ...options,
    });
    return server;
  };

  async function withChannel<T>(url: string, use: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
    const connection = await connect(url);
    connection.on('error', () => undefined);
    try {
      const channel = await connection.createConfirmChannel();
      const result = await use(channel);
      await channel.close();
      return result;
    } finally {
      await connection.close();
    }
  }

  async function publish(url: string, content: string): Promise<void> {
    await withChannel(url, async (channel) => {
      await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      channel.sendToQueue(QUEUE, Buffer.from(content), { persistent: true });
      await channel.waitForConfirms();
    });
  }

  async function take(url: string): Promise<string | undefined> {
    return withChannel(url, async (channel) => {
      const message = await channel.get(QUEUE, { noAck: true });
      return message === false ? undefined : message.content.toString();
    });
  }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'berth-private-rabbitmq-'));
    await start();
  }, 600_000);

  afterAll(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  }, 60_000);

  it('lets nobody in without its own password, which only the owner can read', async () => {
    const guest = new URL(server.url);
    guest.username = 'guest';
    guest.password = 'guest';
    const config = join(directory, 'rabbitmq', 'rabbitmq.conf');

    await expect(connect(guest.href)).rejects.toThrow(/ACCESS.REFUSED|403/);
    expect(statSync(config).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, 'rabbitmq', 'rabbitmq.log'), 'utf8')).not.toContain(
      new URL(server.url).password,
    );
  }, 60_000);

  it('keeps a confirmed message over a stop and a start', async () => {
    await publish(server.url, 'over a stop');
    const stopped = server;
    await stopped.stop();
    await stopped.stop();

    await start();

    expect(await take(server.url)).toBe('over a stop');
    expect(await stopped.exited).toBe('exit code 0');
  }, 180_000);

  it('comes back with a confirmed message after it was killed, on the port that clients know', async () => {
    await publish(server.url, 'over a kill');
    const killed = server;
    process.kill(killed.pid, 'SIGKILL');
    expect(await killed.exited).toBe('signal SIGKILL');

    await start({ port: killed.port });

    expect(server.url).toBe(killed.url);
    expect(await take(server.url)).toBe('over a kill');
  }, 180_000);

  it('ends the broker that an earlier launcher has left running, and takes its place with the plugins asked for', async () => {
    await publish(server.url, 'over a change');
    const left = server;

    const next = await startPrivateRabbitmq({
      dataDir: join(directory, 'rabbitmq'),
      cacheDir: CACHE,
      plugins: ['rabbitmq_prometheus'],
    });
    server = next;

    await left.exited;
    expect(await take(next.url)).toBe('over a change');
    expect(await (await fetch(next.prometheusUrl!)).text()).toContain('rabbitmq_identity_info');
  }, 180_000);
});
