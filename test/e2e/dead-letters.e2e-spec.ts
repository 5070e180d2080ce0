import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeadLetter, DeadLetterDocument, MessageOf, Task } from '@berth/contracts';
import { agentQueue } from '@berth/messaging';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

type Assigned = MessageOf<'task.assigned'>;

const LETTERS = '/api/v1/dead-letters';
const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {}\n' };

describe('what cannot be done is kept, and can be looked at, replayed and discarded', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      // Nobody looks by himself while a test runs, so a task that goes on was rung for.
      schedulerEnv: { BERTH_CLAIM_INTERVAL_MS: '60000' },
    });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function bareAgent(agentId: string, pool: string): Promise<BareAgent> {
    await system.api.expect('POST', '/api/v1/pools', { name: pool });
    const { token } = await system.api.expect<{ token: string }>('POST', `/api/v1/pools/${pool}/tokens`, {
      name: pool,
    });
    const agent = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: token,
      agentId,
      slots: 1,
    });
    await agent.openQueue();
    return agent;
  }

  async function queued(pool: string): Promise<Task> {
    const workspace = await system.api.workspace(pool, CONFIGURATION, { pool });
    return system.api.task(workspace.id, 'plan');
  }

  function refuse(agent: BareAgent, message: Assigned, failureClass: 'transient' | 'permanent'): void {
    const { agentId, podName } = agent;
    const failure = { code: 'TEST_REFUSES', class: failureClass, message: 'the test says so' };
    agent.say('task.refused', { ...message, agentId, podName, failure });
  }

  async function letters(state = 'open'): Promise<DeadLetter[]> {
    return (await system.api.expect<{ items: DeadLetter[] }>('GET', `${LETTERS}?state=${state}`)).items;
  }

  async function letterThat(what: string, is: (letter: DeadLetter) => boolean): Promise<DeadLetter> {
    return waitFor(what, async () => (await letters()).find(is));
  }

  it('lists a message that nobody can read, with its bytes, until it is discarded', async () => {
    const agent = await bareAgent('poison', 'poison');
    const bytes = Buffer.from([0x7b, 0xff, 0x00]);
    agent.sayBytes('task.finished', Buffer.from('{ not json'), {
      type: 'task.finished',
      headers: { note: 'with a zero: \0' },
    });
    agent.sayBytes('task.finished', bytes, { type: 'task.\0' });
    const letter = await letterThat('a letter', (one) => one.reason === 'the body is not JSON');
    expect(letter).toMatchObject({
      state: 'open',
      source: 'berth.scheduler',
      messageType: 'task.finished',
      taskId: null,
      sizeBytes: 10,
    });
    const read = await system.api.expect<DeadLetterDocument>('GET', `${LETTERS}/${letter.id}`);
    expect(read).toMatchObject({ encoding: 'text', content: '{ not json' });
    expect(read.headers).toMatchObject({ 'x-berth-service': 'scheduler' });
    const binary = await letterThat('the other letter', (one) => one.sizeBytes === 3);
    expect(await system.api.expect('GET', `${LETTERS}/${binary.id}`)).toMatchObject({
      encoding: 'base64',
      content: bytes.toString('base64'),
    });

    const refused = await system.api.call('POST', `${LETTERS}/${letter.id}/replay`);
    expect(refused).toMatchObject({ status: 422, body: { code: 'NOT_REPLAYABLE' } });
    expect(refused.body.detail).toContain('the body is not JSON');
    expect(await system.api.call('DELETE', `${LETTERS}/${letter.id}`)).toMatchObject({ status: 204 });
    expect((await letters('discarded')).map((one) => one.id)).toEqual([letter.id]);
    expect((await letters()).map((one) => one.id)).not.toContain(letter.id);
    expect(await system.api.call('POST', `${LETTERS}/${letter.id}/replay`)).toMatchObject({
      status: 409,
      body: { currentStatus: 'discarded' },
    });
    await agent.close();
  });

  it('shows a letter that is nobody’s to the first organization only', async () => {
    const agent = await bareAgent('whose', 'whose');
    agent.sayBytes('task.finished', Buffer.from('nobody’s'), {
      type: 'task.finished',
    });
    const letter = await letterThat('the letter', (one) => one.sizeBytes === Buffer.byteLength('nobody’s'));
    await system.database.database.rows("insert into organizations (name) values ('other')");
    await system.database.database.rows(
      `update api_keys set organization_id = (select id from organizations where name = 'other')`,
    );
    try {
      expect(await letters()).toEqual([]);
      expect(await system.api.call('GET', `${LETTERS}/${letter.id}`)).toMatchObject({ status: 404 });
    } finally {
      await system.database.database.rows(
        `update api_keys set organization_id = (select id from organizations where name = 'default')`,
      );
    }
    await agent.close();
  });

  it('sends a message that was refused for good again, to where it was sent first', async () => {
    const agent = await bareAgent('picky', 'picky');
    const taken: Assigned[] = [];
    let refused = 0;
    await agent.channel.consume(agentQueue('picky').name, (delivery) => {
      if (delivery === null) {
        return;
      }
      if (refused === 0) {
        refused += 1;
        agent.channel.nack(delivery, false, false);
        return;
      }
      taken.push(JSON.parse(delivery.content.toString()));
      agent.channel.ack(delivery);
    });
    await agent.register(1);
    const task = await queued('picky');
    const letter = await letterThat('the letter', (one) => one.taskId === task.id);
    expect(letter).toMatchObject({
      source: 'berth.agent.picky',
      messageType: 'task.assigned',
      attempt: 1,
      reason: 'the broker took it out of berth.agent.picky: rejected',
    });
    const replayed = await system.api.expect('POST', `${LETTERS}/${letter.id}/replay`);
    expect(replayed).toMatchObject({ state: 'replayed', newTaskId: null });
    const again = await waitFor('the message', async () => taken[0]);
    expect(again).toMatchObject({ taskId: task.id, attempt: 1 });
    expect(await agent.accept(again)).toMatchObject({ status: 200 });
    expect(await system.api.call('POST', `${LETTERS}/${letter.id}/replay`)).toMatchObject({ status: 409 });
    expect(await system.api.call('DELETE', `${LETTERS}/${letter.id}`)).toMatchObject({ status: 409 });
    agent.fail(again, 'TEST_DONE');
    await system.api.reaches(task.id, 'failed');
    // What terraform finds wrong is no dead letter.
    expect((await letters()).filter((one) => one.taskId === task.id)).toEqual([]);
    await agent.close();
  });

  it('runs a task again after a refusal for now, woken by the alarm', async () => {
    const agent = await bareAgent('busy', 'busy');
    const received: Assigned[] = [];
    await agent.consume((message) => {
      received.push(message);
      if (received.length === 1) {
        refuse(agent, message, 'transient');
      }
    });
    await agent.register(1);
    const task = await queued('busy');
    const again = await waitFor('the second assignment', async () => received[1], 10_000);
    expect(again).toMatchObject({ taskId: task.id, attempt: 2 });
    expect(await agent.accept(again)).toMatchObject({ status: 200 });
    const release = (await system.api.events(task.id)).find((event) => event.event === 'release');
    expect(release?.message).toBe('refused: the test says so (retry 1 of 5)');
    expect(await system.api.read(task.id)).toMatchObject({ status: 'planning', retries: 1 });
    await agent.close();
  });

  it('keeps a task whose retries are used up; a replay does its work as a new task', async () => {
    const agent = await bareAgent('never', 'never');
    const received: Assigned[] = [];
    await agent.consume((message) => {
      received.push(message);
      refuse(agent, message, received.length < 3 ? 'transient' : 'permanent');
    });
    const task = await queued('never');
    await system.database.database.rows('update tasks set max_retries = 1 where id = $1', [task.id]);
    await agent.register(1);
    const failed = await system.api.reaches(task.id, 'failed');
    expect(failed).toMatchObject({ retries: 1, error: { code: 'TEST_REFUSES' } });
    const [letter] = (await letters()).filter((one) => one.taskId === task.id);
    expect(letter).toMatchObject({
      source: 'task',
      attempt: 2,
      reason: 'refused: the test says so (all 1 retries are used up)',
    });
    const replayed = await system.api.expect<{ newTaskId: string }>(
      'POST',
      `${LETTERS}/${letter?.id}/replay`,
    );
    // The new one is refused for good at once, and is a dead letter of its own.
    await system.api.reaches(replayed.newTaskId, 'failed');
    const permanent = await letterThat('its letter', (one) => one.taskId === replayed.newTaskId);
    expect(permanent.reason).toBe('refused: the test says so (the failure is permanent)');
    expect(received.map((message) => message.taskId)).toEqual([task.id, task.id, replayed.newTaskId]);
    await agent.close();
  });

  it('keeps what arrives while no scheduler runs, and counts what waits for a person', async () => {
    const [scheduler] = system.schedulers;
    await scheduler!.end('SIGTERM');
    const agent = await bareAgent('late', 'late');
    agent.sayBytes('task.finished', Buffer.from('late'), { type: 'task.finished' });
    scheduler!.start();
    await scheduler!.ready();
    await letterThat('the letter', (one) => one.sizeBytes === 4);
    await scheduler!.end('SIGTERM');
    scheduler!.start();
    await scheduler!.ready();
    const open = (await letters()).length;
    await waitFor('the metric', async () => {
      const text = await (await fetch(`${scheduler!.url}/metrics`)).text();
      return new RegExp(`^berth_dead_letters_open\\{.*\\} ${open}$`, 'm').test(text);
    });
    await agent.close();
  });
});
