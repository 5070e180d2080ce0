import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { MessageOf } from '@berth/contracts';
import { ApiCaller } from '../support/api-caller.js';
import { BareAgent } from '../support/bare-agent.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

type Assigned = MessageOf<'task.assigned'>;
type Scheme = Record<string, readonly string[]>;

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly schemes: readonly string[];
}

const PLAN = Buffer.from('a plan file');
const SHA256 = createHash('sha256').update(PLAN).digest('hex');
const stateOf = (serial: number): Buffer =>
  Buffer.from(JSON.stringify({ version: 4, serial, lineage: 'a', outputs: {}, resources: [] }));
const LOCK = { ID: 'lock-1', Operation: 'test', Who: 'the test' };

/** What each kind of token opens, and that it opens nothing beside it: docs/security.md has the table. */
describe('the token', () => {
  let system: System;
  let operations: readonly Operation[];
  /** Of what no operation is another's: their right place alone decides. */
  let tokens: Readonly<Record<string, Record<string, string>>>;
  let agent: Worker;
  let other: Worker;
  let planning: Assigned & { stateToken: string; workspaceId: string };
  let planOnly: Assigned & { stateToken: string; workspaceId: string };
  let applying: Assigned & { stateToken: string; workspaceId: string };
  let endedTask: Assigned & { stateToken: string; workspaceId: string };

  /** An agent and what was assigned to it, in order. */
  interface Worker {
    readonly bare: BareAgent;
    readonly assigned: Assigned[];
  }

  async function worker(agentId: string, slots: number, agentToken = system.agentToken): Promise<Worker> {
    const bare = await BareAgent.connect({
      apiUrl: system.api.baseUrl,
      amqpUrl: system.broker.agentUrl,
      agentToken,
      agentId,
      slots,
    });
    const assigned: Assigned[] = [];
    await bare.consume((message) => assigned.push(message));
    await bare.register(slots);
    bare.keepBeating();
    return { bare, assigned };
  }

  /** A task of a workspace of its own, accepted by the one agent that may have it. */
  async function begun(by: Worker, operation: 'plan' | 'plan_and_apply', pool: string) {
    const workspace = await system.api.workspace(`of-${randomUUID()}`, { 'main.tf': '' }, { pool });
    const task = await system.api.task(workspace.id, operation);
    return accepted(by, task.id, workspace.id);
  }

  async function accepted(by: Worker, taskId: string, workspaceId: string, attempt = 1) {
    const message = await waitFor('the assignment', async () =>
      by.assigned.find((one) => one.taskId === taskId && one.attempt === attempt),
    );
    const { body } = await by.bare.accept(message);
    return { ...message, stateToken: (body as { stateToken: string }).stateToken, workspaceId };
  }

  async function planned(by: Worker, one: Assigned): Promise<void> {
    const at = `/agent/v1/tasks/${one.taskId}`;
    const stored = await by.bare.call('PUT', `${at}/plan-file?attempt=${one.attempt}`, PLAN, {
      'content-type': 'application/octet-stream',
      'x-berth-sha256': SHA256,
    });
    expect(stored.status).toBe(204);
    by.bare.say('task.plan_finished', {
      taskId: one.taskId,
      attempt: one.attempt,
      agentId: by.bare.agentId,
      podName: by.bare.podName,
      slotId: one.slotId,
      planHash: SHA256,
      hasChanges: true,
      changes: {
        add: 1,
        change: 0,
        destroy: 0,
        import: 0,
        move: 0,
        forget: 0,
        drift: 0,
        outputs: 0,
        actions: 0,
        other: 0,
      },
      record: {},
    });
    await system.api.reaches(one.taskId, 'apply_pending');
  }

  async function poolOf(name: string): Promise<string> {
    await system.api.expect('POST', '/api/v1/pools', { name });
    const made = await system.api.expect<{ token: string }>('POST', `/api/v1/pools/${name}/tokens`, { name });
    return made.token;
  }

  beforeAll(async () => {
    system = await System.start({ agents: 0, apiEnv: { BERTH_REQUESTS_PER_MINUTE: '1000000' } });
    const poolToken = await poolOf('mine');
    agent = await worker('agent', 4, poolToken);
    other = await worker('other', 1, await poolOf('theirs'));
    planning = await begun(agent, 'plan_and_apply', 'mine');
    planOnly = await begun(agent, 'plan', 'mine');
    endedTask = await begun(agent, 'plan', 'mine');
    agent.bare.fail(endedTask, 'TEST_DONE');
    await system.api.reaches(endedTask.taskId, 'failed');
    const plan = await begun(agent, 'plan_and_apply', 'mine');
    await planned(agent, plan);
    await system.api.expect('POST', `/api/v1/tasks/${plan.taskId}/confirm`);
    applying = await accepted(agent, plan.taskId, plan.workspaceId, 2);
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const basic = (token: string) => ({
      authorization: `Basic ${Buffer.from(`berth:${token}`).toString('base64')}`,
    });
    tokens = {
      poolToken: bearer(poolToken),
      agentSession: bearer(agent.bare.token),
      taskToken: basic(applying.stateToken),
      nothing: {},
      forged: bearer('bt1.e30.AAAA'),
    };
    const document = await system.api.expect<{
      paths: Record<string, Record<string, { security?: readonly Scheme[] }>>;
    }>('GET', '/openapi.json');
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security = [] }]) => ({
        method: method.toUpperCase(),
        path,
        schemes: security.flatMap((scheme) => Object.keys(scheme)),
      })),
    );
  }, 180_000);

  afterAll(async () => {
    await agent.bare.close();
    await other.bare.close();
    await system.stop();
  }, 60_000);

  /** With ids that are there, of the token's own things. */
  function filled(path: string): string {
    const things: Readonly<Record<string, string>> = { workspace: applying.workspaceId, pool: 'mine' };
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => things[name] ?? applying.taskId);
  }

  it.each(['poolToken', 'agentSession', 'taskToken', 'nothing', 'forged'])(
    '%s opens no operation that is not for its kind',
    async (kind) => {
      const opened: string[] = [];
      for (const { method, path, schemes } of operations) {
        if (schemes.length === 0 || schemes.includes(kind)) {
          continue;
        }
        const response = await fetch(new URL(filled(path), system.api.baseUrl), {
          method,
          headers: { 'content-type': 'application/json', ...tokens[kind] },
          ...(method === 'GET' ? {} : { body: '{}' }),
        });
        await response.body?.cancel();
        if (response.status !== 401 && response.status !== 403) {
          opened.push(`${method} ${path}: ${response.status}`);
        }
      }
      expect(opened).toEqual([]);
    },
    120_000,
  );

  /** Every operation of the agents' data plane for one attempt, as it would succeed for its owner. */
  function dataPlane({
    taskId,
    attempt,
    slotId,
    phase,
  }: Assigned): readonly (readonly [string, string, unknown?])[] {
    const at = `/agent/v1/tasks/${taskId}`;
    const of = `attempt=${attempt}`;
    return [
      ['POST', `${at}/accept`, { attempt, slotId, phase }],
      ['GET', `${at}/configuration?${of}`],
      ['PUT', `${at}/configuration?${of}&commit=${'a'.repeat(40)}`, PLAN],
      ['GET', `${at}/plan-file?${of}`],
      ['PUT', `${at}/plan-file?${of}`, PLAN],
      ['GET', `${at}/plan-snapshot?${of}`],
      ['PUT', `${at}/plan-snapshot?${of}`, PLAN],
      ['POST', `${at}/logs?${of}&phase=${phase}&offset=0`, 'a line\n'],
      ['GET', `${at}/source?${of}`],
      ['PUT', `${at}/artifacts?${of}&path=a`, PLAN],
    ];
  }

  async function statuses(
    by: BareAgent | ApiCaller,
    one: Assigned,
  ): Promise<readonly (readonly [string, number])[]> {
    const answers: [string, number][] = [];
    for (const [method, path, body] of dataPlane(one)) {
      const bytes =
        body === PLAN ? { 'content-type': 'application/octet-stream', 'x-berth-sha256': SHA256 } : {};
      const text = typeof body === 'string' ? { 'content-type': 'text/plain' } : {};
      const { status } = await by.call(method, path, body, { ...bytes, ...text });
      answers.push([`${method} ${path.split('?')[0]?.split('/').at(-1) ?? ''}`, status]);
    }
    return answers;
  }

  it('of an agent’s session opens its own task’s data plane while it works', async () => {
    const answers = await statuses(agent.bare, planning);
    // What this task has none of is not found; nothing is refused.
    expect(answers.filter(([, status]) => [401, 403].includes(status))).toEqual([]);
    expect(Object.fromEntries(answers)).toMatchObject({
      'POST accept': 200,
      'GET configuration': 200,
      'PUT plan-file': 204,
      'POST logs': 200,
    });
  });

  it.each<readonly [string, () => BareAgent, () => Assigned]>([
    ['of another pool’s agent', () => other.bare, () => planning],
    ['of its own task that has ended', () => agent.bare, () => endedTask],
    ['of an attempt that is none', () => agent.bare, () => ({ ...planning, attempt: 7 })],
  ])('of an agent’s session opens nothing %s', async (_what, by, one) => {
    const answers = await statuses(by(), one());
    expect(answers.filter(([, status]) => status !== 409)).toEqual([]);
  });

  it('of a session that has ended opens nothing', async () => {
    const gone = await worker('gone', 1, await poolOf('gone'));
    const task = await begun(gone, 'plan', 'gone');
    await system.database.database.rows("update agent_sessions set ended_at = now() where agent_id = 'gone'");
    const answers = await statuses(gone.bare, task);
    expect(answers.filter(([, status]) => status !== 401)).toEqual([]);
    await gone.bare.close();
  });

  it('of a pool opens a session until it is revoked, and none of another pool’s agent', async () => {
    const token = await poolOf('revoked');
    const pool = new ApiCaller(system.api.baseUrl, token);
    const session = (agentId: string) => ({
      agentId,
      agentSecret: 'p'.repeat(43),
      podName: 'pod',
      slots: 1,
      concurrency: 1,
      version: 'test',
    });
    expect((await pool.call('POST', '/agent/v1/sessions', session('new-one'))).status).toBe(201);
    expect(await pool.call('POST', '/agent/v1/sessions', session('agent'))).toMatchObject({
      status: 409,
      body: { code: 'AGENT_ID_TAKEN' },
    });
    const { items } = await system.api.expect<{ items: { id: string }[] }>(
      'GET',
      '/api/v1/pools/revoked/tokens',
    );
    await system.api.expect('DELETE', `/api/v1/pools/revoked/tokens/${items[0]?.id}`);
    expect((await pool.call('POST', '/agent/v1/sessions', session('new-one'))).status).toBe(401);
  });

  describe('of a task', () => {
    type Held = Assigned & { stateToken: string; workspaceId: string };

    /** GET, LOCK, POST, UNLOCK, DELETE, in this order. */
    async function uses({ stateToken, workspaceId }: Held): Promise<readonly number[]> {
      const path = `/api/v1/workspaces/${workspaceId}/terraform-state`;
      const ask = async (method: string, query = '', body?: Buffer | string): Promise<number> => {
        const response = await fetch(new URL(`${path}${query}`, system.api.baseUrl), {
          method,
          headers: { authorization: `Basic ${Buffer.from(`berth:${stateToken}`).toString('base64')}` },
          ...(body === undefined ? {} : { body }),
        });
        expect(await response.text()).not.toContain('somebody-else');
        return response.status;
      };
      const read = await ask('GET');
      const locked = await ask('LOCK', '', JSON.stringify(LOCK));
      const written = await ask('POST', `?ID=${LOCK.ID}`, stateOf(1));
      const unlocked = await ask('UNLOCK', '', JSON.stringify(LOCK));
      return [read, locked, written, unlocked, await ask('DELETE')];
    }

    it('that plans what is to be applied reads and locks', async () => {
      expect(await uses(planning)).toEqual([404, 200, 403, 200, 403]);
    });

    it('that only plans reads', async () => {
      expect(await uses(planOnly)).toEqual([404, 409, 403, 200, 403]);
    });

    it('that applies reads, locks and writes, and deletes nothing', async () => {
      expect(await uses(applying)).toEqual([404, 200, 200, 200, 403]);
    });

    it('that has ended does nothing', async () => {
      expect(await uses(endedTask)).toEqual([409, 409, 403, 200, 403]);
    });

    it('does nothing in another workspace', async () => {
      expect(await uses({ ...applying, workspaceId: planning.workspaceId })).toEqual([
        403, 403, 403, 403, 403,
      ]);
    });

    it('is not told the id of a lock that it has lost', async () => {
      const { workspaceId, taskId } = applying;
      await system.database.database.rows(
        `insert into state_locks (workspace_id, organization_id, lock_id, info)
         select $1, organization_id, 'somebody-else', '{"ID":"somebody-else","Who":"ada"}' from tasks where id = $2`,
        [workspaceId, taskId],
      );
      const path = `/api/v1/workspaces/${workspaceId}/terraform-state`;
      for (const [method, query] of [
        ['POST', '?ID=lock-1'],
        ['UNLOCK', ''],
      ] as const) {
        const response = await fetch(new URL(`${path}${query}`, system.api.baseUrl), {
          method,
          headers: {
            authorization: `Basic ${Buffer.from(`berth:${applying.stateToken}`).toString('base64')}`,
          },
          body: method === 'POST' ? stateOf(2) : JSON.stringify(LOCK),
        });
        expect(response.status).toBe(423);
        const told = await response.text();
        expect(told).toContain('ada');
        expect(told).not.toContain('somebody-else');
      }
    });
  });

  it('of a task is over when a person force-cancels it', async () => {
    await system.api.expect('POST', `/api/v1/tasks/${planOnly.taskId}/force-cancel`);
    await system.api.reaches(planOnly.taskId, 'cancelled');
    const answers = await statuses(agent.bare, planOnly);
    expect(answers.filter(([, status]) => status !== 409)).toEqual([]);
  });
});
