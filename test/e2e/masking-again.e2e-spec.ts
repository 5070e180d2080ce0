import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LogAppended, MessageOf, PlanDocument } from '@berth/contracts';
import { BareAgent } from '../support/bare-agent.js';
import { BuildClient, form } from '../support/build-client.js';
import { findLeaks } from '../support/leaks.js';
import { plannedChange, planOf } from '../support/plan-contents.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = 'a value that an agent lets through';
const PASSWORD = 'password-of-the-certs';

describe('what agents and workers tell without masking it', () => {
  let system: System;

  beforeAll(async () => {
    system = await System.start({ agents: 0 });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  /** A plan of a workspace with the secret, which an agent has accepted that masks nothing. */
  async function accepted(): Promise<{ agent: BareAgent; message: MessageOf<'task.assigned'> }> {
    const agent = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.url,
      agentToken: system.agentToken,
      agentId: 'careless',
      slots: 1,
    });
    const received: MessageOf<'task.assigned'>[] = [];
    await agent.openQueue();
    await agent.consume((message) => {
      received.push(message);
    });
    await agent.register(1);
    agent.keepBeating();
    const workspace = await system.api.workspace('careless', { 'main.tf': '' });
    await system.api.expect('PUT', `/api/v1/workspaces/${workspace.id}/variables/secret`, {
      value: SECRET,
      category: 'terraform',
      sensitive: true,
    });
    await system.api.task(workspace.id, 'plan');
    const message = await waitFor('the assignment', async () => received[0] ?? null);
    expect((await agent.accept(message)).status).toBe(200);
    return { agent, message };
  }

  it('is masked by the api: a log in pieces, with values as they were when the run began, and the plan', async () => {
    const { agent, message } = await accepted();
    const { taskId, attempt } = message;
    await system.api.expect('DELETE', '/api/v1/workspaces/careless/variables/secret');
    const path = `/agent/v1/tasks/${taskId}`;
    const append = async (offset: number, text: string): Promise<number> => {
      const answer = await agent.call(
        'POST',
        `${path}/logs?attempt=${attempt}&phase=plan&offset=${offset}`,
        text,
        { 'content-type': 'text/plain' },
      );
      expect(answer.status).toBe(200);
      return (answer.body as LogAppended).nextOffset;
    };
    const log = `one ${SECRET} two ${Buffer.from(SECRET).toString('base64')} three ${SECRET} four\n`;
    let sent = 0;
    for (let to = 50; sent < log.length; to += 50) {
      sent = await append(sent, log.slice(sent, to));
    }
    expect(await system.api.log(taskId, 'plan')).toBe('one *** two *** three *** four\n');

    const file = Buffer.from('no plan');
    const sha256 = createHash('sha256').update(file).digest('hex');
    const headers = { 'content-type': 'application/octet-stream', 'x-berth-sha256': sha256 };
    await agent.call('PUT', `${path}/plan-file?attempt=${attempt}`, file, headers);
    const document = planOf([
      plannedChange('fake_thing.x', ['create'], { after: { copied: `with ${SECRET}`, other: 'seen' } }),
    ]);
    const described = await agent.call('PUT', `${path}/plan`, { attempt, document, lockFile: null });
    expect(described).toMatchObject({ status: 204 });
    const plan = await system.api.expect<PlanDocument>('GET', `/api/v1/tasks/${taskId}/plan`);
    expect(plan.resources[0]?.after).toEqual({ copied: '(sensitive)', other: 'seen' });
    expect(plan.hash).toBe(sha256);
    expect(await findLeaks(system, [SECRET])).toEqual([]);
    await agent.close();
  }, 60_000);

  it('is masked by the api: what workers say of a build', async () => {
    const client = new BuildClient(system.api.baseUrl, system.api.key);
    const files = { source: Buffer.from('x'), certs: Buffer.from('y') };
    const { id } = await client.expect(
      'POST',
      '/api/builds/submit',
      form({ platform: 'ios', p12Password: PASSWORD }, files),
    );
    const worker = await client.worker('careless');
    await worker.poll();
    await worker.expect('POST', `/api/builds/${id}/logs`, {
      logs: [{ level: 'info', message: `security import -P ${PASSWORD}` }],
    });
    await worker.expect('POST', `/api/builds/${id}/telemetry`, { type: 'last', data: { command: PASSWORD } });
    await worker.expect('POST', '/api/workers/fail', { build_id: id, error: `wrong: ${PASSWORD}` });
    expect(await system.api.log(id, 'build')).toContain('security import -P ***\n');
    expect((await system.api.read(id)).error?.message).toBe('wrong: ***');
    expect(await findLeaks(system, [PASSWORD])).toEqual([]);
  }, 60_000);
});
