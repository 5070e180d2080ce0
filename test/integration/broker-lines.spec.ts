import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { agentQueue, type PublishOutcome } from '@berth/messaging';
import { Receiver, Sender } from '../support/broker-ends.js';
import { testBroker, type TestBroker } from '../support/servers.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

const MANY = Array.from({ length: 50 }, (_, n) => `message-${n}`);

describe('a line to the broker', () => {
  let broker: TestBroker;
  /** On a line that nobody breaks: what it sees is so. */
  let observer: Sender;
  let line: TcpProxy;
  let sender: Sender;

  beforeAll(async () => {
    broker = await testBroker();
    observer = await Sender.open(broker.url);
  });

  beforeEach(async () => {
    const { hostname, port } = new URL(broker.url);
    line = await TcpProxy.to({ host: hostname, port: Number(port) });
    sender = await Sender.open(line.through(broker.url));
  });

  afterEach(async () => {
    line.mend();
    await sender.close();
    await line.close();
  });

  afterAll(async () => {
    await observer.close();
    await broker.drop();
  });

  /** How many messages wait in an agent's queue, by the broker's own count. */
  async function waiting(agentId: string): Promise<number> {
    const channel = await observer.connection.current!.createChannel();
    const { messageCount } = await channel.checkQueue(agentQueue(agentId).name);
    await channel.close();
    return messageCount;
  }

  /** An agent that was there once: it has a queue, and nobody who reads it. */
  async function absentAgent(agentId: string): Promise<void> {
    await (await Receiver.open(broker.url, agentId)).close();
  }

  /** Everything that lies in the agent's queue. */
  async function arrivals(agentId: string): Promise<string[]> {
    const receiver = await Receiver.open(broker.url, agentId);
    expect(await observer.send(agentId, 'the last')).toEqual({ outcome: 'queued' });
    await waitFor('the last message', async () => receiver.received.includes('the last'));
    await receiver.close();
    return receiver.received.filter((taskId) => taskId !== 'the last');
  }

  async function queuedAgain(agentId: string, taskId: string): Promise<void> {
    await waitFor(
      'a message to be queued again',
      async () => (await sender.send(agentId, taskId)).outcome === 'queued',
    );
  }

  it('that is cut before the messages got through leaves their fate unknown, and none is sent again', async () => {
    await absentAgent('cut-there');
    line.silence('towardsServer');
    const publishing = Promise.all(MANY.map(async (taskId) => sender.send('cut-there', taskId)));
    line.cut();
    line.mend();
    expect(new Set((await publishing).map((one) => one.outcome))).toEqual(new Set(['unknown']));
    await queuedAgain('cut-there', 'after');
    expect(await arrivals('cut-there')).toEqual(['after']);
  });

  it('that is cut before the confirms got through leaves their fate unknown, and each is there once', async () => {
    await absentAgent('cut-back');
    line.silence('towardsClient');
    const publishing = Promise.all(MANY.map(async (taskId) => sender.send('cut-back', taskId)));
    await waitFor('all to be in the queue', async () => (await waiting('cut-back')) === MANY.length);
    line.cut();
    line.mend();
    expect(new Set((await publishing).map((one) => one.outcome))).toEqual(new Set(['unknown']));
    await queuedAgain('cut-back', 'after');
    expect(await arrivals('cut-back')).toEqual([...MANY, 'after']);
  });

  it('that is cut again and again makes no outcome a lie, and no message come twice', async () => {
    await absentAgent('cut-often');
    const outcomes = new Map<string, PublishOutcome['outcome']>();
    for (let round = 0; round < 5; round += 1) {
      await queuedAgain('cut-often', `up-${round}`);
      const publishing = MANY.map(async (name) => {
        const taskId = `${name} of round ${round}`;
        outcomes.set(taskId, (await sender.send('cut-often', taskId)).outcome);
      });
      await Promise.any(publishing);
      line.cut();
      await Promise.all(publishing);
    }
    const arrived = (await arrivals('cut-often')).filter((taskId) => !taskId.startsWith('up-'));
    expect(new Set(arrived).size).toBe(arrived.length);
    const of = (outcome: string): string[] =>
      [...outcomes].filter(([, one]) => one === outcome).map(([taskId]) => taskId);
    expect(of('queued').filter((taskId) => !arrived.includes(taskId))).toEqual([]);
    expect(of('refused').filter((taskId) => arrived.includes(taskId))).toEqual([]);
    expect(outcomes.size).toBe(5 * MANY.length);
  });

  it('that refuses connections lets nothing out, says so at once, and is used again when it is there', async () => {
    await absentAgent('refusing');
    line.refuse();
    await waitFor('the loss to be noticed', async () => !sender.publisher.canPublish);
    expect(await sender.send('refusing', 'before')).toEqual({ outcome: 'refused', reason: 'not_written' });
    line.mend();
    await queuedAgain('refusing', 'after');
    expect(await arrivals('refusing')).toEqual(['after']);
  });

  it('that loses an acknowledgement brings the message again, and one that loses a delivery brings it once', async () => {
    const receiver = await Receiver.open(line.through(broker.url), 'ack');
    line.silence('towardsServer');
    await observer.send('ack', 'handled');
    await waitFor('the message', async () => receiver.received.length === 1);
    line.cut();
    line.mend();
    await waitFor('the message to come again', async () => receiver.received.length === 2);
    line.silence('towardsClient');
    await observer.send('ack', 'not delivered');
    line.cut();
    line.mend();
    await waitFor('the other message', async () => receiver.received.length === 3);
    await observer.send('ack', 'the last');
    await waitFor('the last message', async () => receiver.received.includes('the last'));
    await receiver.close();
    expect(receiver.received).toEqual(['handled', 'handled', 'not delivered', 'the last']);
  });

  it('that is silent is given up and made again: what was sent is unknown, then messages flow', async () => {
    const receiver = await Receiver.open(line.through(broker.url), 'half-open');
    line.silence();
    const publishing = sender.send('half-open', 'into the void');
    await waitFor(
      'both to give the line up',
      async () => !sender.connection.isOpen && !receiver.connection.isOpen,
    );
    expect((await publishing).outcome).toBe('unknown');
    expect(sender.publisher.canPublish).toBe(false);
    line.mend();
    await queuedAgain('half-open', 'after');
    await waitFor('the message', async () => receiver.received.includes('after'));
    await receiver.close();
    expect(receiver.received.filter((taskId) => taskId === 'into the void').length).toBeLessThan(2);
  }, 90_000);

  it('that loses only the confirm leaves the message unknown to the sender and in the queue once', async () => {
    await absentAgent('confirm');
    line.silence('towardsClient');
    expect((await sender.send('confirm', 'unconfirmed')).outcome).toBe('unknown');
    expect(await waiting('confirm')).toBe(1);
    line.mend();
    await queuedAgain('confirm', 'after');
    expect(await arrivals('confirm')).toEqual(['unconfirmed', 'after']);
  }, 90_000);

  it('that is silent holds nobody back who wants to stop', async () => {
    const receiver = await Receiver.open(line.through(broker.url), 'stopping');
    line.silence();
    await Promise.all([receiver.close(), sender.close()]);
    expect(receiver.connection.isOpen || sender.connection.isOpen).toBe(false);
  });

  it('is not lost with one channel: a publisher whose channel the broker closed gets another one', async () => {
    const channel = await observer.connection.current!.createChannel();
    await channel.deleteExchange('berth.alarms');
    await channel.close();
    expect((await sender.publisher.setAlarm('task', 1_000))?.outcome).toBe('unknown');
    await waitFor(
      'an alarm to be set again',
      async () => (await sender.publisher.setAlarm('task', 1_000))?.outcome === 'queued',
    );
  });
});
