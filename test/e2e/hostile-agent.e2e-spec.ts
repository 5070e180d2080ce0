import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetter, MessageOf, Page, Task } from '@berth/contracts';
import { signatureHeaders } from '@berth/messaging';
import { connect, type Channel, type ChannelModel } from 'amqplib';
import { ApiCaller } from '../support/api-caller.js';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

type Assigned = MessageOf<'task.assigned'>;

/** Two agents with sessions of their own; one of them wants what is the other's. */
describe('a hostile agent with a session of its own', () => {
  let system: System;
  let honest: BareAgent;
  let hostile: BareAgent;
  let workspaceId: string;
  /** What the honest one works on. */
  let assignment: Assigned;
  let task: Task;

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
    const agent = async (agentId: string): Promise<BareAgent> =>
      BareAgent.connect({
        apiUrl: system.api.baseUrl,
        amqpUrl: system.broker.agentUrl,
        agentToken: system.agentToken,
        agentId,
        slots: 1,
      });
    workspaceId = (await system.api.workspace('wanted', { 'main.tf': '' })).id;
    honest = await agent('honest');
    const assigned = new Promise<Assigned>((resolve) => {
      void honest.consume(resolve);
    });
    await honest.register(1);
    honest.keepBeating();
    task = await system.api.task(workspaceId, 'plan_and_apply');
    assignment = await assigned;
    expect(await honest.accept(assignment)).toMatchObject({ status: 200 });
    hostile = await agent('hostile');
    await hostile.register(1);
    hostile.keepBeating();
  }, 120_000);

  afterAll(async () => {
    await honest.close();
    await hostile.close();
    await system.stop();
  }, 60_000);

  const letters = async (): Promise<readonly DeadLetter[]> =>
    (await system.api.expect<Page<DeadLetter>>('GET', '/api/v1/dead-letters?state=open&limit=200')).items;

  async function letterSays(words: string): Promise<void> {
    await waitFor(`a dead letter that says "${words}"`, async () =>
      (await letters()).some(({ reason }) => reason.includes(words)),
    );
  }

  /** A channel as somebody, which may be closed by what is tried on it. */
  async function onChannelOf(agent: BareAgent, work: (channel: Channel) => Promise<void>): Promise<string> {
    const url = new URL(system.broker.agentUrl);
    url.username = encodeURIComponent(agent.login?.username ?? '');
    url.password = encodeURIComponent(agent.login?.password ?? '');
    const connection: ChannelModel = await connect(url.href);
    connection.on('error', () => undefined);
    const channel = await connection.createConfirmChannel();
    const closed = new Promise<string>((resolve) => {
      channel.on('error', (error: Error) => {
        resolve(error.message);
      });
    });
    try {
      const done = work(channel)
        .then(async () => channel.waitForConfirms())
        .then(() => 'it was done');
      return await Promise.race([closed, done.catch(async () => closed)]);
    } finally {
      await connection.close().catch(() => undefined);
    }
  }

  const finished = (agentId: string): MessageOf<'task.finished'> => ({
    taskId: assignment.taskId,
    attempt: assignment.attempt,
    agentId,
    podName: 'pod',
    phase: 'plan',
    changes: null,
    record: {},
  });

  const failed = (agentId: string): MessageOf<'task.failed'> => ({
    ...finished(agentId),
    failure: { code: 'FORGED', class: 'permanent', message: 'forged' },
    interrupted: false,
    stopped: false,
    stateInDoubt: false,
  });

  it.each<readonly [string, (channel: Channel) => Promise<unknown>]>([
    [
      'consumes another’s assignments',
      async (channel) => channel.consume('berth.agent.honest', () => undefined),
    ],
    ['reads what agents report', async (channel) => channel.consume('berth.scheduler', () => undefined)],
    ['reads who registers', async (channel) => channel.get('berth.registry')],
    ['reads dead letters', async (channel) => channel.get('berth.dead-letters')],
    [
      'tells another agent to stop',
      async (channel) =>
        channel.publish('berth.tasks', 'agent.honest', Buffer.from('{}'), { type: 'task.stop' }),
    ],
    [
      'rings the scheduler’s bells',
      async (channel) => channel.publish('berth.events', 'task.runnable', Buffer.from('{}')),
    ],
    ['tells pages of changes', async (channel) => channel.publish('berth.changes', '', Buffer.from('{}'))],
    [
      'writes into a queue past its exchange',
      async (channel) => channel.sendToQueue('berth.agent.honest', Buffer.from('{}')),
    ],
    ['makes an own queue', async (channel) => channel.assertQueue('mine')],
    ['makes a queue without a name', async (channel) => channel.assertQueue('')],
    ['deletes another’s queue', async (channel) => channel.deleteQueue('berth.agent.honest')],
    ['purges the results', async (channel) => channel.purgeQueue('berth.scheduler')],
    ['deletes an exchange', async (channel) => channel.deleteExchange('berth.reports')],
    [
      'binds its queue to what others get',
      async (channel) => channel.bindQueue('berth.agent.hostile', 'berth.tasks', 'agent.honest'),
    ],
  ])('%s: refused by the broker', async (_what, tried) => {
    const said = await onChannelOf(hostile, async (channel) => {
      await tried(channel);
    });
    expect(said).toContain('ACCESS_REFUSED');
  });

  it('says under another’s name what it sends: refused by the broker', async () => {
    const said = await onChannelOf(hostile, async (channel) => {
      channel.publish('berth.reports', 'task.finished', Buffer.from('{}'), {
        userId: honest.login?.username ?? '',
      });
    });
    expect(said).toContain('PRECONDITION_FAILED');
  });

  it('reaches no queue of another’s by more routing keys than its message has', async () => {
    const said = await onChannelOf(hostile, async (channel) => {
      channel.publish('berth.reports', 'task.finished', Buffer.from('{ carbon copy'), {
        type: 'task.finished',
        userId: hostile.login?.username ?? '',
        CC: ['agent.honest', 'task.runnable'],
        BCC: ['agent.honest'],
      });
    });
    expect(said).toBe('it was done');
    await letterSays('UNSIGNED');
    expect(await system.broker.depth('berth.agent.honest')).toBe(0);
  });

  it('uses no management of the broker', async () => {
    const url = new URL(system.broker.managementUrl);
    const { username, password } = hostile.login ?? { username: '', password: '' };
    const response = await fetch(`${url.origin}/api/users`, {
      headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
    });
    expect(response.status).toBe(401);
  });

  it('ends another’s work with its own true signature: nothing moves', async () => {
    hostile.say('task.failed', failed('hostile'));
    hostile.say('task.finished', finished('hostile'));
    hostile.say('task.refused', {
      ...assignment,
      agentId: 'hostile',
      podName: 'pod',
      failure: failed('x').failure,
    });
    // What it says last is handled last.
    hostile.sayBytes('task.finished', Buffer.from('{ the last word'));
    await letterSays('the body is not JSON');
    expect(await system.api.expect('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({
      status: 'planning',
      attempt: 1,
      error: null,
    });
  });

  it('speaks in another’s name under its own signature: a dead letter', async () => {
    hostile.say('task.failed', failed('honest'));
    await letterSays('FORGED: agent hostile speaks for agentId honest');
    hostile.say('agent.stopping', {
      agentId: 'honest',
      podName: honest.podName,
      sessionId: honest.sessionId,
      keepsSlots: false,
    });
    await waitFor('the registry’s dead letter', async () =>
      (await letters()).some(
        ({ source, reason }) => source === 'berth.registry' && reason.includes('FORGED'),
      ),
    );
    expect(await system.api.expect('GET', '/api/v1/agents/honest')).toMatchObject({ status: 'alive' });
    expect(await system.api.expect('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({ status: 'planning' });
  });

  it('names another’s session with a key of its own: a dead letter', async () => {
    const content = Buffer.from(JSON.stringify(failed('honest')));
    const messageId = randomUUID();
    const signed = { type: 'task.failed', messageId, content };
    hostile.channel.publish('berth.reports', 'task.failed', content, {
      type: 'task.failed',
      messageId,
      userId: hostile.login?.username ?? '',
      headers: signatureHeaders({ sessionId: honest.sessionId, key: hostile.key.key }, signed),
    });
    await letterSays(`session ${honest.sessionId} has not signed`);
    expect(await system.api.expect('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({ status: 'planning' });
  });

  it('has stolen another’s key, and the broker knows who publishes: a dead letter', async () => {
    const content = Buffer.from(JSON.stringify(failed('honest')));
    const messageId = randomUUID();
    hostile.channel.publish('berth.reports', 'task.failed', content, {
      type: 'task.failed',
      messageId,
      userId: hostile.login?.username ?? '',
      headers: signatureHeaders(honest.key, { type: 'task.failed', messageId, content }),
    });
    await letterSays('another user than the session');
    expect(await system.api.expect('GET', `/api/v1/tasks/${task.id}`)).toMatchObject({ status: 'planning' });
  });

  it('sends a letter again that nobody has signed, by a person’s hand: refused', async () => {
    const [unsigned] = (await letters()).filter(({ reason }) => reason.includes('has not signed'));
    expect(await system.api.call('POST', `/api/v1/dead-letters/${unsigned?.id}/replay`)).toMatchObject({
      status: 422,
      body: { code: 'NOT_REPLAYABLE' },
    });
  });

  it('asks the data plane for another’s task: stale, whatever it asks', async () => {
    const { taskId, attempt, slotId, phase } = assignment;
    const at = `/agent/v1/tasks/${taskId}`;
    const answers = await Promise.all([
      hostile.call('POST', `${at}/accept`, { attempt, slotId, phase }),
      hostile.call('GET', `${at}/configuration?attempt=${attempt}`),
      hostile.call('GET', `${at}/plan-file?attempt=${attempt}`),
      hostile.call('GET', `${at}/plan-snapshot?attempt=${attempt}`),
      hostile.call('POST', `${at}/logs?attempt=${attempt}&phase=plan&offset=0`, Buffer.from('forged'), {
        'content-type': 'text/plain',
      }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [409, 'STALE_ATTEMPT']),
    );
  });

  it('opens a session under another’s id with its pool’s token: the id is in use', async () => {
    const pool = new ApiCaller(system.api.baseUrl, system.agentToken);
    const stolen = {
      agentId: 'honest',
      agentSecret: 'h'.repeat(43),
      podName: 'pod',
      slots: 1,
      concurrency: 1,
      version: 'test',
    };
    expect(await pool.call('POST', '/agent/v1/sessions', stolen)).toMatchObject({
      status: 409,
      body: { code: 'AGENT_ID_IN_USE' },
    });
    expect(await system.api.expect('GET', '/api/v1/agents/honest')).toMatchObject({ status: 'alive' });
  });

  it('is let out of everything when its pool’s token is revoked: broker, api, and what it says', async () => {
    const made = await system.api.expect<{ id: string; token: string }>(
      'POST',
      '/api/v1/pools/default/tokens',
      {
        name: 'stolen',
      },
    );
    const guest = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.agentUrl,
      agentToken: made.token,
      agentId: 'guest',
      slots: 1,
    });
    await guest.register(1);
    const ended = guest.ended();
    await system.api.expect('DELETE', `/api/v1/pools/default/tokens/${made.id}`);
    await ended;
    expect(await system.broker.users()).not.toContain(guest.login?.username);
    expect(await guest.call('GET', `/agent/v1/tasks/${task.id}/configuration?attempt=1`)).toMatchObject({
      status: 401,
    });
  });
});
