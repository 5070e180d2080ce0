import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startPrivateRabbitmq, type PrivateRabbitmq } from '@berth/private-servers';
import { agentQueue, EXCHANGES } from '@berth/messaging';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Channel } from 'amqplib';
import { Receiver, Sender } from '../support/broker-ends.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

/** Where `npm start` keeps an unpacked RabbitMQ as well, so that it is downloaded once. */
const CACHE = resolve(import.meta.dirname, '../../.berth/cache/rabbitmq');

// One broker for the whole file, as each start takes seconds; the last test kills it.
describe('a broker', () => {
  let directory: string;
  let broker: PrivateRabbitmq;
  let sender: Sender;

  const start = async (port?: number): Promise<void> => {
    broker = await startPrivateRabbitmq({
      dataDir: join(directory, 'rabbitmq'),
      cacheDir: CACHE,
      ...(port === undefined ? {} : { port }),
    });
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'berth-broker-failures-'));
    await start();
    sender = await Sender.open(broker.url);
  }, 600_000);

  afterAll(async () => {
    await sender.close();
    await broker.kill();
    rmSync(directory, { recursive: true });
  }, 60_000);

  async function withChannel<T>(use: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await sender.connection.current!.createChannel();
    const result = await use(channel);
    await channel.close();
    return result;
  }

  /** An agent that was there once: it has a queue, and nobody who reads it. */
  async function absentAgent(agentId: string): Promise<void> {
    await (await Receiver.open(broker.url, agentId)).close();
  }

  async function queuedAgain(agentId: string, taskId: string): Promise<void> {
    await waitFor(
      'a message to be queued again',
      async () => (await sender.send(agentId, taskId)).outcome === 'queued',
      60_000,
    );
  }

  it('whose queue is full refuses the message for certain', async () => {
    await absentAgent('full');
    const policy = JSON.stringify({ 'max-length': 1, overflow: 'reject-publish' });
    await broker.control('set_policy', 'full', '^berth\\.agent\\.full$', policy, '--apply-to', 'queues');
    expect(await sender.send('full', 'first')).toEqual({ outcome: 'queued' });
    expect(await sender.send('full', 'second')).toEqual({ outcome: 'refused', reason: 'nacked' });
    const receiver = await Receiver.open(broker.url, 'full');
    await waitFor('the message that was taken', async () => receiver.received.length === 1);
    await queuedAgain('full', 'third');
    await waitFor('the next message', async () => receiver.received.length === 2);
    await receiver.close();
    expect(receiver.received).toEqual(['first', 'third']);
  }, 60_000);

  it('that let an absent agent expire has its queue again as soon as the agent is back', async () => {
    const { hostname, port } = new URL(broker.url);
    const line = await TcpProxy.to({ host: hostname, port: Number(port) });
    const receiver = await Receiver.open(line.through(broker.url), 'expiring');
    const policy = JSON.stringify({ expires: 100 });
    await broker.control('set_policy', 'gone', '^berth\\.agent\\.expiring$', policy, '--apply-to', 'queues');
    line.refuse();
    await waitFor(
      'the queue to be gone',
      async () => (await sender.send('expiring', 'x')).outcome === 'refused',
    );
    line.mend();
    await queuedAgain('expiring', 'after');
    await waitFor('the message', async () => receiver.received.includes('after'));
    await receiver.close();
    await line.close();
  }, 60_000);

  it('that has a queue of this name with other properties is named at the start, with the way out', async () => {
    const { name } = agentQueue('other');
    await withChannel(async (channel) => channel.assertQueue(name, { durable: false }));
    await expect(Receiver.open(broker.url, 'other')).rejects.toThrow(
      new RegExp(`queue ${name} is on the broker already.*inequivalent arg.*Delete it`),
    );
    await withChannel(async (channel) => channel.deleteQueue(name));
    await (await Receiver.open(broker.url, 'other')).close();
  });

  it('that has an exchange of this name with other properties is named at the start as well', async () => {
    await withChannel(async (channel) => {
      await channel.deleteExchange(EXCHANGES.alarms);
      await channel.assertExchange(EXCHANGES.alarms, 'fanout', { durable: true });
    });
    await expect(Sender.open(broker.url)).rejects.toThrow(
      new RegExp(`exchange ${EXCHANGES.alarms} is on the broker already`),
    );
    await withChannel(async (channel) => channel.deleteExchange(EXCHANGES.alarms));
    await (await Sender.open(broker.url)).close();
  });

  it('in need stops the sender and not the receiver, and both go on when it is over', async () => {
    await absentAgent('blocked');
    expect(await sender.send('blocked', 'before')).toEqual({ outcome: 'queued' });
    await broker.control('set_vm_memory_high_watermark', '0');
    // The broker tells a connection of its need when it publishes, not before.
    const meanwhile = sender.send('blocked', 'meanwhile');
    await waitFor('the sender to be told', async () => !sender.publisher.canPublish);
    const receiver = await Receiver.open(broker.url, 'blocked');
    await waitFor('what was there before', async () => receiver.received.includes('before'));
    expect((await meanwhile).outcome).toBe('unknown');
    expect(sender.publisher.canPublish).toBe(false);
    await broker.control('set_vm_memory_high_watermark', '0.4');
    await waitFor('the sender to be told', async () => sender.publisher.canPublish);
    expect(await sender.send('blocked', 'after')).toEqual({ outcome: 'queued' });
    await waitFor('the message', async () => receiver.received.includes('after'));
    await receiver.close();
    expect(receiver.received).toEqual(['before', 'meanwhile', 'after']);
  }, 90_000);

  it('that is killed and started again has kept what it confirmed, and sender and receiver go on', async () => {
    await absentAgent('killed');
    const receiver = await Receiver.open(broker.url, 'reads-on');
    const queued: string[] = [];
    const lost: string[] = [];
    let sent = 0;
    let over = false;
    const publishing = Array.from({ length: 20 }, async () => {
      while (!over) {
        const taskId = `message-${(sent += 1)}`;
        const { outcome } = await sender.send('killed', taskId);
        (outcome === 'queued' ? queued : lost).push(taskId);
        if (outcome !== 'queued') {
          return;
        }
      }
    });
    await waitFor('many to be confirmed', async () => queued.length > 200);
    process.kill(broker.pid, 'SIGKILL');
    await broker.exited;
    over = true;
    await Promise.all(publishing);
    expect(lost.length).toBeGreaterThan(0);
    await start(broker.port);
    await queuedAgain('killed', 'after');
    const reader = await Receiver.open(broker.url, 'killed');
    await waitFor('the last message', async () => reader.received.includes('after'));
    const arrived = new Set(reader.received);
    expect(queued.filter((taskId) => !arrived.has(taskId))).toEqual([]);
    expect(arrived.size).toBe(reader.received.length);
    await queuedAgain('reads-on', 'after');
    await waitFor('the message', async () => receiver.received.includes('after'));
    await Promise.all([reader.close(), receiver.close()]);
  }, 120_000);
});
