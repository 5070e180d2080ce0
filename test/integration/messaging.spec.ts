import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MESSAGES, MESSAGE_TYPES, type MessageOf } from '@berth/contracts';
import {
  agentQueue,
  agentRoutingKey,
  BerthServer,
  BrokerConnection,
  DeadLetterConsumer,
  PermanentMessageError,
  Publisher,
  type DeadLetter,
  type PublishOutcome,
} from '@berth/messaging';
import { keyOf } from '../support/broker-ends.js';
import { quietly } from '../support/quiet.js';
import { testBroker, type TestBroker } from '../support/servers.js';
import { waitFor } from '../support/wait-for.js';

type Stop = MessageOf<'task.stop'>;

const STOP: Stop = { taskId: 'task-1', attempt: 1, slotId: 1, mode: 'cancel' };
const ANOTHER_AGENT_TYPES = MESSAGE_TYPES.filter(
  (type) => MESSAGES[type].to === 'agent' && type !== 'task.stop',
);

/** Something that happens once. */
function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('messages', () => {
  let broker: TestBroker;
  let connection: BrokerConnection;
  let publisher: Publisher;

  beforeAll(async () => {
    broker = await testBroker();
    connection = new BrokerConnection({
      url: broker.url,
      name: 'test publisher',
      waitMs: 10_000,
      logger: quietly().logger,
    });
    publisher = new Publisher(connection, quietly().logger, quietly().metrics);
    await connection.open();
  });

  afterAll(async () => {
    await connection.close();
    await broker.drop();
  });

  /** A service whose only handler does what the test says. */
  async function consumer(
    agentId: string,
    handle: (message: Stop) => Promise<void>,
    queue = agentQueue(agentId),
  ): Promise<BerthServer> {
    const { logger, metrics } = quietly();
    const server = new BerthServer({
      service: 'agent',
      connection: new BrokerConnection({
        url: broker.url,
        name: `consumer ${agentId}`,
        waitMs: 10_000,
        logger,
      }),
      publisher,
      queues: [queue],
      findSession: async () => ({ agentId, brokerUser: null, ...keyOf(agentId) }),
      prefetch: 5,
      drainMs: 10_000,
      pauses: { firstMs: 1, lastMs: 20 },
      logger,
      metrics,
    });
    server.addHandler('task.stop', async (message: Stop) => handle(message), true);
    ANOTHER_AGENT_TYPES.forEach((type) => {
      server.addHandler(type, async () => undefined, true);
    });
    await new Promise<void>((resolve, reject) => {
      server.listen((error) => {
        if (error === undefined) {
          resolve();
        } else {
          reject(new Error('the consumer did not start', { cause: error }));
        }
      });
    });
    return server;
  }

  /** What keeps dead letters, after it has failed some times. */
  async function keeper(failures = 0): Promise<{ kept: DeadLetter[]; close: () => Promise<void> }> {
    const { logger } = quietly();
    const kept: DeadLetter[] = [];
    let left = failures;
    const letters = new DeadLetterConsumer({
      connection: new BrokerConnection({ url: broker.url, name: 'dead letters', waitMs: 10_000, logger }),
      prefetch: 5,
      drainMs: 5_000,
      logger,
      keep: async (letter) => {
        if (left > 0) {
          left -= 1;
          throw new Error('database away');
        }
        kept.push(letter);
      },
    });
    await letters.open();
    return { kept, close: async () => letters.close() };
  }

  const send = async (agentId: string, taskId = 'task-1'): Promise<PublishOutcome> =>
    publisher.publish(
      'task.stop',
      { ...STOP, taskId },
      {
        routingKey: agentRoutingKey(agentId),
        signedBy: keyOf(agentId),
      },
    );

  it('are refused for certain when nobody has a queue for them', async () => {
    expect(await send('nobody')).toEqual({ outcome: 'refused', reason: 'returned' });
  });

  it('reach the agent that they are for, once the broker has confirmed them', async () => {
    const received: string[] = [];
    const server = await consumer('reach', async ({ taskId }) => {
      received.push(taskId);
    });
    expect(await send('reach')).toEqual({ outcome: 'queued' });
    await waitFor('the message', async () => received.length === 1);
    await server.close();
  });

  it('are told apart one by one when some of many are returned', async () => {
    const server = await consumer('some', async () => undefined);
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => send(n % 2 === 0 ? 'some' : 'nobody')),
    );
    expect(outcomes.map((one) => one.outcome)).toEqual(
      Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? 'queued' : 'refused')),
    );
    await server.close();
  });

  it('are handled again after a failure that passes, and are dead letters after one that does not', async () => {
    let tries = 0;
    const server = await consumer('retry', async ({ taskId }) => {
      tries += 1;
      if (taskId === 'never') {
        throw new PermanentMessageError('never');
      }
      if (tries < 3) {
        throw new Error('database away');
      }
    });
    await send('retry');
    await waitFor('the third try', async () => tries === 3);
    const letters = await keeper();
    await send('retry', 'never');
    const letter = await waitFor('the dead letter', async () => letters.kept[0]);
    expect(letter).toMatchObject({
      source: 'berth.agent.retry',
      messageType: 'task.stop',
      routingKey: 'agent.retry',
      reason: 'never',
    });
    expect(JSON.parse(letter.content.toString())).toEqual({ ...STOP, taskId: 'never' });
    await letters.close();
    await server.close();
  });

  it('that a fault of ours keeps from being worked are parked after some tries, and hold up none behind them', async () => {
    const worked: string[] = [];
    let tries = 0;
    const server = await consumer('faulty', async ({ taskId }) => {
      if (taskId === 'bad') {
        tries += 1;
        throw new TypeError('nothing is not a plan');
      }
      worked.push(taskId);
    });
    const letters = await keeper();
    await send('faulty', 'bad');
    for (let n = 0; n < 20; n += 1) {
      await send('faulty', `behind ${n}`);
    }
    await waitFor('those behind it', async () => worked.length === 20);
    const letter = await waitFor('the dead letter', async () => letters.kept[0]);
    expect(letter).toMatchObject({
      source: 'berth.agent.faulty',
      reason: 'tried 8 times, at last: nothing is not a plan',
    });
    expect(JSON.parse(letter.content.toString())).toMatchObject({ taskId: 'bad' });
    expect(tries).toBe(8);
    await waitFor('it to leave its queue', async () => (await broker.depth('berth.agent.faulty')) === 0);
    await letters.close();
    await server.close();
  });

  it('wait for a database that is away, however often that is tried and whatever the broker would allow', async () => {
    // As the scheduler's, less patient.
    const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 };
    const patient = agentQueue('patient');
    const { expires: _expires, ...options } = patient.options;
    let tries = 0;
    const worked: string[] = [];
    const server = await consumer(
      'patient',
      async ({ taskId }) => {
        tries += 1;
        if (tries < 30) {
          throw Object.assign(new Error('database away'), { failureClass: 'transient' });
        }
        worked.push(taskId);
      },
      { ...patient, options: { ...options, arguments: quorum } },
    );
    const letters = await keeper();
    await send('patient', 'waiting');
    await waitFor('the message to be worked, or a dead letter', async () => worked[0] ?? letters.kept[0]);
    expect(worked).toEqual(['waiting']);
    expect(letters.kept).toEqual([]);
    await letters.close();
    await server.close();
  });

  it('that wait for another try are given back by a consumer that closes', async () => {
    const away = Object.assign(new Error('database away'), { failureClass: 'transient' });
    const begun = signal();
    const first = await consumer('leaving', async () => {
      begun.resolve();
      throw away;
    });
    await send('leaving', 'kept');
    await begun.promise;
    await first.close();
    const again: string[] = [];
    const second = await consumer('leaving', async ({ taskId }) => {
      again.push(taskId);
    });
    await waitFor('the message', async () => again.length === 1);
    expect(again).toEqual(['kept']);
    await second.close();
  });

  it('that are dead letters stay with the broker until they are kept; those that are only late are not kept', async () => {
    const letters = await keeper(2);
    const channel = await connection.current!.createChannel();
    const deadLetterExchange = 'berth.dead-letters';
    await channel.assertQueue('late', { deadLetterExchange, messageTtl: 0 });
    await channel.assertQueue('refusing', { deadLetterExchange, maxLength: 0 });
    channel.sendToQueue('late', Buffer.from('only late'));
    channel.sendToQueue('refusing', Buffer.from([0, 255]));
    const letter = await waitFor('the dead letter', async () => letters.kept[0]);
    expect(letter).toMatchObject({
      source: 'refusing',
      messageType: null,
      routingKey: 'refusing',
      reason: 'the broker took it out of refusing: maxlen',
      content: Buffer.from([0, 255]),
      sizeBytes: 2,
    });
    await waitFor('it to leave the broker', async () => (await broker.depth('berth.dead-letters')) === 0);
    await channel.close();
    await letters.close();
    expect(letters.kept).toEqual([letter]);
  });

  it.each([
    ['exchange', async () => broker.deleteExchange('berth.dead-letters')],
    ['queue', async () => broker.deleteQueue('berth.dead-letters')],
    ['binding', async () => broker.deleteBinding('berth.dead-letters', 'berth.dead-letters', '#')],
  ])('that are dead letters are kept though their %s was deleted a moment before', async (_what, remove) => {
    const server = await consumer('unburied', async () => Promise.reject(new PermanentMessageError('never')));
    await waitFor('a channel to publish on', async () => publisher.canPublish);
    await remove();
    await send('unburied', 'the letter');
    const letters = await keeper();
    const letter = await waitFor('the dead letter', async () => letters.kept[0]);
    expect(JSON.parse(letter.content.toString())).toMatchObject({ taskId: 'the letter' });
    await letters.close();
    await server.close();
  });

  it('in hand are finished and acknowledged before a consumer closes', async () => {
    let handled = 0;
    const begun = signal();
    const finish = signal();
    const first = await consumer('drain', async () => {
      begun.resolve();
      await finish.promise;
      handled += 1;
    });
    await send('drain');
    await begun.promise;
    const closed = first.close();
    finish.resolve();
    await closed;
    expect(handled).toBe(1);
    const again: string[] = [];
    const second = await consumer('drain', async ({ taskId }) => {
      again.push(taskId);
    });
    await send('drain', 'sentinel');
    await waitFor('the sentinel', async () => again.includes('sentinel'));
    expect(again).toEqual(['sentinel']);
    await second.close();
  });

  it('come again after the broker took the queue away', async () => {
    const received: string[] = [];
    const server = await consumer('cancelled', async ({ taskId }) => {
      received.push(taskId);
    });
    await connection.current?.createChannel().then(async (channel) => {
      await channel.deleteQueue(agentQueue('cancelled').name);
      await channel.close();
    });
    await waitFor(
      'the queue to be back',
      async () => (await send('cancelled', 'after')).outcome === 'queued',
    );
    await waitFor('the message', async () => received.includes('after'));
    await server.close();
  });

  it('flow again after every connection was closed', async () => {
    const received: string[] = [];
    const server = await consumer('closed', async ({ taskId }) => {
      received.push(taskId);
    });
    await waitFor('the broker to list the connections', async () => (await broker.closeConnections()) >= 2);
    await waitFor('a message to be queued', async () => (await send('closed', 'after')).outcome === 'queued');
    await waitFor('the message', async () => received.includes('after'));
    await server.close();
  });

  it('are in no doubt for ever where the connection was lost in the middle of one', async () => {
    await waitFor('a channel to publish on', async () => publisher.canPublish);
    await waitFor('the broker to list the connections', async () => {
      connection.doubt('a message came back');
      return (await broker.closeConnections()) >= 1;
    });
    await waitFor(
      'the doubt to be over',
      async () =>
        connection.check().then(
          () => true,
          () => false,
        ),
      20_000,
    );
    expect(connection.problem).toBeNull();
  });

  it('find a service that refuses to start half-wired', async () => {
    const { logger, metrics } = quietly();
    const server = new BerthServer({
      service: 'agent',
      connection: new BrokerConnection({ url: broker.url, name: 'half', waitMs: 10_000, logger }),
      publisher,
      queues: [agentQueue('half')],
      findSession: async () => null,
      prefetch: 1,
      drainMs: 1_000,
      logger,
      metrics,
    });
    server.addHandler('task.stop', async () => undefined, true);
    const told = await new Promise<unknown>((resolve) => {
      server.listen(resolve);
    });
    expect(String(told)).toContain('agent is half-wired: no handler for [task.assigned]');
  });

  it('wait a bounded time for a broker that is not there, and name it', async () => {
    const away = new BrokerConnection({
      url: 'amqp://u:hunter2@127.0.0.1:1',
      name: 'away',
      waitMs: 300,
      logger: quietly().logger,
    });
    await expect(away.open()).rejects.toThrow(
      'RabbitMQ at 127.0.0.1:1 (AMQP_URL) did not answer within 0.3 s',
    );
  });
});
