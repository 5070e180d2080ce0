import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageOf, Workspace } from '@berth/contracts';
import { BULK_MS } from '@berth/persistence';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const CONFIGURATION = { 'main.tf': 'resource "terraform_data" "one" {}\n' };

describe('ownership is committed before the agent is told', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  async function bareAgent(agentId: string, slots: number): Promise<BareAgent> {
    return BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId,
      slots,
    });
  }

  it('lets an agent that fetches its task in the instant of the message see itself as owner, 200 times in a row', async () => {
    const slots = 20;
    const agent = await bareAgent('instant', slots);
    const workspace = await system.api.workspace('race', CONFIGURATION);
    const answers: { status: number; taskId: string }[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      void agent.accept(message).then((answer) => {
        answers.push({ status: answer.status, taskId: message.taskId });
        agent.fail(message, 'TEST_DONE');
      });
    });
    await agent.register(slots);
    agent.keepBeating();
    const tasks = await Promise.all(
      Array.from({ length: 200 }, async () => system.api.task(workspace.id, 'plan')),
    );
    await waitFor('200 accepts', async () => answers.length >= 200, 60_000);
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
    expect(new Set(answers.map((answer) => answer.taskId))).toEqual(new Set(tasks.map((task) => task.id)));
    await waitFor('every slot to be free', async () => {
      const [busy] = await system.database.database.rows("select 1 from slots where state <> 'idle'");
      return busy === undefined;
    });
    await system.database.database.rows("update agents set status = 'stopped' where id = 'instant'");
    await agent.close();
  }, 120_000);

  it('takes the ownership back when the agent has no queue: pending, no agent, an idle slot', async () => {
    const agent = await bareAgent('no-queue', 2);
    await agent.register(2);
    await system.broker.deleteQueue('berth.agent.no-queue');
    const workspace = await system.api.workspace('unroutable', CONFIGURATION);
    const task = await system.api.task(workspace.id, 'plan');
    await waitFor('the assignment to be taken back', async () =>
      (await system.api.events(task.id)).some((event) => event.event === 'release'),
    );
    expect(await system.api.read(task.id)).toMatchObject({
      status: 'pending',
      agentId: null,
      podName: null,
      slotId: null,
      retries: 0,
    });
    const slots = await system.database.database.rows<{ state: string; task_id: string | null }>(
      "select state, task_id from slots where agent_id = 'no-queue'",
    );
    expect(slots).toEqual([
      { state: 'idle', task_id: null },
      { state: 'idle', task_id: null },
    ]);
    const [judged] = await system.database.database.rows("select status from agents where id = 'no-queue'");
    expect(judged).toEqual({ status: 'suspect' });
    await system.api.expect('POST', `/api/v1/tasks/${task.id}/cancel`);
    await agent.close();
  });

  it('answers 409 to a stale attempt, and refuses its log, its plan file and its result', async () => {
    const agent = await bareAgent('stale', 1);
    const received: MessageOf<'task.assigned'>[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      received.push(message);
    });
    await agent.register(1);
    const workspace = await system.api.workspace('fencing', CONFIGURATION);
    const task = await system.api.task(workspace.id, 'plan');
    const message = await waitFor('the assignment', async () => received[0]);
    const stale = { ...message, attempt: message.attempt + 1 };
    expect(await agent.accept(stale)).toMatchObject({ status: 409, body: { code: 'STALE_ATTEMPT' } });
    expect(await agent.accept(message)).toMatchObject({ status: 200, body: { attempt: 1 } });
    expect(await agent.accept(message)).toMatchObject({ status: 200, body: { attempt: 1 } });
    const path = `/agent/v1/tasks/${task.id}`;
    expect(await agent.call('POST', `${path}/logs?attempt=2&phase=plan&offset=0`, 'text')).toMatchObject({
      status: 409,
    });
    const plan = Buffer.from('plan');
    const sha256 = '45f3bcbe7e1e8ff9ffe1d9ae3bbe6cddbd6e8b3ba5d8a16f8b4f8ecbbdb1e9d6';
    expect(
      await agent.call('PUT', `${path}/plan-file?attempt=1`, plan, { 'x-berth-sha256': sha256 }),
    ).toMatchObject({ status: 400, body: { code: 'CHECKSUM_MISMATCH' } });
    agent.fail({ ...message, attempt: 2 }, 'FROM_A_STALE_ATTEMPT');
    agent.fail(message, 'FROM_THE_OWNER');
    const failed = await waitFor('the task to fail', async () => {
      const read = await system.api.read(task.id);
      return read.status === 'failed' ? read : null;
    });
    expect(failed.error).toMatchObject({ code: 'FROM_THE_OWNER', class: 'permanent' });
    await agent.close();
  });

  it('lets a workspace go on when the agent of a lost apply comes back and has changed nothing', async () => {
    const agent = await bareAgent('comes-back', 1);
    const received: MessageOf<'task.assigned'>[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      received.push(message);
    });
    await agent.register(1);
    const workspace = await system.api.workspace('comes-back', CONFIGURATION);
    const { id } = await system.api.task(workspace.id, 'plan');
    const message = await waitFor('the assignment', async () => received[0]);
    await agent.accept(message);
    const lost = { code: 'AGENT_LOST_DURING_APPLY', class: 'permanent', message: 'Lost.' };
    await system.database.database.rows(
      `with lost as (
         update tasks set status = 'failed', phase = 'apply', finished_at = now(), lease_until = null, error = $2::jsonb,
           needs_attention = true where id = $1 returning workspace_id
       ), freed as (
         update slots set state = 'idle', task_id = null, attempt = null where task_id = $1
       )
       update workspaces set needs_attention = true where id in (select workspace_id from lost) returning 1`,
      [id, JSON.stringify(lost)],
    );
    const attention = async (): Promise<boolean> =>
      (await system.api.expect<Workspace>('GET', `/api/v1/workspaces/${workspace.id}`)).needsAttention;
    const apply = { ...message, phase: 'apply' as const };
    agent.fail(apply, 'TERRAFORM_FAILED');
    await waitFor('the late failure', async () =>
      (await system.api.read(id)).error?.message.includes('Later'),
    );
    expect(await attention()).toBe(true);
    agent.fail(apply, 'APPLY_NOT_BEGUN');
    await waitFor('nobody to have to look', async () => !(await attention()));
    expect((await system.api.read(id)).status).toBe('failed');
    await agent.close();
  });

  it('answers 401, and not that the attempt is stale, when the session ends while a call is on its way', async () => {
    const agent = await bareAgent('ends', 1);
    const { database } = system.database;
    const task = '00000000-0000-4000-8000-000000000000';
    const answer = await database.transaction(BULK_MS, async (sql) => {
      // It is let in, and then waits for the table.
      await sql.rows('lock table tasks in access exclusive mode');
      const call = agent.call('POST', `/agent/v1/tasks/${task}/logs?attempt=1&phase=plan&offset=0`, 'text');
      await waitFor('the call to wait', async () => {
        const [waiting] = await database.rows(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ~ 'session'",
        );
        return waiting;
      });
      await sql.rows('update agent_sessions set ended_at = now() where id = $1', [agent.sessionId]);
      return { call };
    });
    expect(await answer.call).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    await agent.close();
  });
});
