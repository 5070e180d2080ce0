import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { StreamEvent } from '@berth/contracts';
import { type Assignment, type Database } from '@berth/persistence';
import { BrokerConnection, ChangeAnnouncer } from '@berth/messaging';
import { freePort } from '@berth/private-servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { appendLog, recordProgress } from '../support/its-agent.js';
import { ApiCaller } from '../support/api-caller.js';
import { Fleet } from '../support/fleet.js';
import { Page } from '../support/page.js';
import { person } from '../support/people.js';
import { accept, claim, finishWithChanges } from '../support/planned-task.js';
import { quietly } from '../support/quiet.js';
import { ServiceProcess } from '../support/service-process.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const SSE = { accept: 'text/event-stream' };
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

describe('the stream of a page', () => {
  let system: System;
  let second: ServiceProcess;
  let other: ApiCaller;
  let database: Database;
  let fleet: Fleet;
  let announcing: BrokerConnection;
  let announcer: ChangeAnnouncer;
  const pages: Page[] = [];

  /** The test changes things as the scheduler and the registry do, and says so as they do. */
  function tellChanges(): void {
    database.changes.listen((changes) => {
      announcer.tell(changes);
    });
  }

  beforeAll(async () => {
    system = await System.start({
      agents: 0,
      schedulers: 0,
      apiEnv: { BERTH_ENCRYPTION_KEY: ENCRYPTION_KEY, BERTH_REQUESTS_PER_MINUTE: '100000' },
      registryEnv: { BERTH_AGENT_SUSPECT_AFTER_MS: '600000', BERTH_AGENT_LOST_AFTER_MS: '600000' },
    });
    ({ database } = system.database);
    fleet = await Fleet.in(database);
    await fleet.agent('a', 20);
    const { logger, metrics } = quietly();
    announcing = new BrokerConnection({ url: system.broker.url, name: 'test', waitMs: 10_000, logger });
    announcer = new ChangeAnnouncer(announcing, logger, metrics);
    await announcing.open();
    tellChanges();
    const env = {
      PATH: process.env['PATH'] ?? '',
      AMQP_URL: system.broker.serviceUrl,
      DATABASE_URL: system.database.url,
      BERTH_API_KEY: system.api.key,
      BERTH_ENCRYPTION_KEY: ENCRYPTION_KEY,
      BERTH_STORAGE_DIR: system.storage,
      BERTH_LOG_LEVEL: 'debug',
    };
    const log = system.apiService.logFile.replace(/api\.log$/, 'api-2.log');
    second = new ServiceProcess('api-2', await freePort(), 'api', env, log);
    second.start();
    await second.ready();
    other = new ApiCaller(second.url, system.api.key);
  }, 120_000);

  afterAll(async () => {
    await announcing.close();
    await second.end('SIGTERM');
    await system.stop();
  }, 60_000);

  afterEach(async () => {
    await Promise.all(pages.splice(0).map(async (page) => page.close()));
  });

  async function open(topics: string, api = system.api, lastEventId?: string): Promise<Page> {
    const page = await Page.open(api, topics, lastEventId);
    pages.push(page);
    return page;
  }

  /** A task that plans. */
  async function planning(): Promise<Assignment> {
    const { id } = await fleet.task(await fleet.workspace(), 'plan_and_apply');
    const assignment = (await claim(database)).find(({ taskId }) => taskId === id);
    await accept(database, assignment!);
    return assignment!;
  }

  const says = async ({ taskId, attempt }: Assignment, stage: string): Promise<unknown> =>
    recordProgress(database, {
      taskId,
      attempt,
      phase: 'plan',
      at: new Date().toISOString(),
      stage,
      message: stage,
      record: {},
      actor: 'agent:a',
    });

  const logs = async ({ taskId, attempt }: Assignment, content: Buffer | string): Promise<unknown> =>
    appendLog(database, {
      taskId,
      attempt,
      phase: 'plan',
      offset: 'end',
      content: Buffer.from(content),
      maxBytes: 100_000_000,
    });

  async function configurationOf(workspaceId: string): Promise<string> {
    const [row] = await database.rows<{ id: string }>(
      'select id from configurations where workspace_id = $1',
      [workspaceId],
    );
    return String(row?.id);
  }

  it('tells at one process within a moment what was changed at another, as the plain read has it', async () => {
    const [here, there] = await Promise.all([open('tasks'), open('tasks', other)]);
    const workspaceId = await fleet.workspace();
    const configurationId = await configurationOf(workspaceId);
    const waits: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      const { id } = await system.api.task(workspaceId, 'plan', { configurationId });
      const began = Date.now();
      const told = await there.has('task', ({ task }) => task.id === id);
      waits.push(Date.now() - began);
      expect(told).toEqual(await here.has('task', ({ task }) => task.id === id));
      expect(told.task).toEqual(await system.api.read(id));
      await other.expect('POST', `/api/v1/tasks/${id}/cancel`);
      await here.has('task', ({ task }) => task.id === id && task.status === 'cancelled');
    }
    // A sweep comes every two seconds: without messages half of them would wait for longer than one.
    expect(waits.sort((one, another) => one - another)[7]).toBeLessThan(500);
  }, 60_000);

  it('finds by itself what no message has told', async () => {
    const assignment = await planning();
    const page = await open(`tasks,task:${assignment.taskId},log:${assignment.taskId}:plan,slots`);
    database.changes.listen(() => undefined);
    await says(assignment, 'terraform init');
    await logs(assignment, 'a line\n');
    await page.has('task', ({ task }) => task.stage === 'terraform init');
    await page.has('task_event', ({ event }) => event.message === 'terraform init');
    expect(await page.has('log')).toEqual({
      type: 'log',
      taskId: assignment.taskId,
      phase: 'plan',
      offset: 0,
      nextOffset: 7,
      text: 'a line\n',
    });
    await finishWithChanges(database, assignment);
    tellChanges();
    await page.has('slot', ({ slot }) => slot.taskId === assignment.taskId && slot.state === 'reserved');
    const events = await system.api.events(assignment.taskId);
    await page.has('task_event', ({ event }) => event.event === 'finish_plan');
    expect(page.of('task_event').map(({ event }) => event)).toEqual(events);
    await system.api.expect('POST', `/api/v1/tasks/${assignment.taskId}/discard`);
    expect(await page.has('log_end')).toEqual({ type: 'log_end', taskId: assignment.taskId, phase: 'plan' });
  }, 60_000);

  it('goes on at another process where it was cut, without a gap and without telling anything twice', async () => {
    const assignment = await planning();
    const topics = `task:${assignment.taskId},log:${assignment.taskId}:plan`;
    const lines: string[] = [];
    const told: StreamEvent[] = [];
    const enough = new AbortController();
    const writing = (async () => {
      for (let n = 0; !enough.signal.aborted; n += 1) {
        lines.push(`line ${n} of it: äöü €uro 🚢\n`);
        const bytes = Buffer.from(lines[n] ?? '');
        // Pieces end within characters.
        await logs(assignment, bytes.subarray(0, bytes.length - 3));
        await logs(assignment, bytes.subarray(bytes.length - 3));
        if (n % 20 === 0) {
          await says(assignment, `step ${n}`);
        }
      }
    })();
    let id: string | undefined;
    for (let cut = 0; cut < 12; cut += 1) {
      const page = await Page.open(cut % 2 === 0 ? system.api : other, topics, id);
      await page.has(cut % 3 === 0 ? 'task_event' : 'log');
      await page.close();
      told.push(...page.events.map(({ data }) => data));
      id = page.lastId;
    }
    enough.abort();
    await writing;
    expect(lines.length).toBeGreaterThan(50);
    await finishWithChanges(database, assignment);
    await system.api.expect('POST', `/api/v1/tasks/${assignment.taskId}/discard`);
    const last = await open(topics, other, id);
    await last.has('log_end');
    await last.has('task_event', ({ event }) => event.toStatus === 'discarded');
    told.push(...last.events.map(({ data }) => data));
    const pieces = told.filter((event) => event.type === 'log');
    expect(pieces.map(({ text }) => text).join('')).toBe(lines.join(''));
    let offset = 0;
    for (const piece of pieces) {
      expect(piece.offset).toBe(offset);
      offset += Buffer.byteLength(piece.text);
    }
    const events = told.flatMap((event) => (event.type === 'task_event' ? [event.event] : []));
    expect(events).toEqual(await system.api.events(assignment.taskId));
  }, 120_000);

  it('tells a page that was away what it has missed of its lists, or to read them anew', async () => {
    const assignment = await planning();
    const before = await open('tasks,slots,agents');
    await before.close();
    await says(assignment, 'while it was away');
    await finishWithChanges(database, assignment);
    const [task, slot] = [await system.api.read(assignment.taskId), `a/${assignment.slotId}`];
    const after = await open('tasks,slots,agents', other, before.lastId);
    expect((await after.has('task')).task).toEqual(task);
    await after.has('slot', (event) => `${event.slot.agentId}/${event.slot.slotId}` === slot);
    expect(after.of('agent')).toEqual([]);
    expect(after.of('reload')).toEqual([]);
    await after.close();
    await database.rows(
      `insert into changes (organization_id, kind, ref) select $1, 'task', gen_random_uuid() from generate_series(1, 600)`,
      [fleet.organizationId],
    );
    const much = await open('tasks,slots,agents', system.api, before.lastId);
    await much.has('reload', ({ topic }) => topic === 'agents');
    expect(much.of('reload').map(({ topic }) => topic)).toEqual(['tasks', 'slots', 'agents']);
  }, 60_000);

  it('has agents and dead letters as they come and go', async () => {
    const page = await open('agents,dead-letters', other);
    await fleet.agent('newcomer', 1);
    await page.has('agent', ({ agent }) => agent.id === 'newcomer' && agent.status === 'alive');
    await system.api.expect('POST', '/api/v1/agents/newcomer/drain');
    await page.has('agent', ({ agent }) => agent.status === 'draining');
    const [row] = await database.rows<{ id: string }>(
      `insert into dead_letters (organization_id, source, reason, content, size_bytes)
       values (null, 'berth.scheduler', 'of nobody', 'x', 1) returning id`,
    );
    const { deadLetter } = await page.has('dead_letter');
    expect(deadLetter).toMatchObject({ id: row?.id, reason: 'of nobody', state: 'open' });
    await system.api.expect('DELETE', `/api/v1/dead-letters/${deadLetter.id}`);
    await page.has('dead_letter_gone', ({ id }) => id === row?.id);
  }, 60_000);

  it('tells why a followed task waits when that is something else, though its row is as before', async () => {
    const pool = await system.api.expect<{ name: string }>('POST', '/api/v1/pools', { name: 'empty' });
    const workspace = await system.api.expect<{ id: string }>('POST', '/api/v1/workspaces', {
      name: 'waits',
      engine: 'terraform',
      pool: pool.name,
      git: { url: 'https://git.example.org/a.git' },
    });
    const { id } = await system.api.task(workspace.id, 'plan');
    const page = await open(`task:${id}`);
    expect((await system.api.read(id)).waiting?.code).toBe('NO_AGENT');
    await database.rows(
      `update agents set pool_id = (select id from pools where name = 'empty') where id = 'newcomer'`,
    );
    await page.has('task', ({ task }) => /1 draining/.test(task.waiting?.message ?? ''), 20_000);
  }, 60_000);

  it('is for each person what they may see, and for those who may not see it the plain refusal', async () => {
    await system.api.expect('POST', '/api/v1/projects', { name: 'theirs' });
    const own = await planning();
    const foreign = await planning();
    await database.rows(
      `update workspaces set project_id = (select id from projects where name = 'theirs')
       where id = (select workspace_id from tasks where id = $1)`,
      [own.taskId],
    );
    const [project] = await database.rows<{ id: string }>("select id from projects where name = 'theirs'");
    const { key } = await person(database, {
      organizationId: fleet.organizationId,
      role: 'viewer',
      projectId: String(project?.id),
    });
    const viewer = new ApiCaller(system.api.baseUrl, key);
    const [theirs, all] = await Promise.all([open(`tasks,task:${own.taskId}`, viewer), open('tasks')]);
    await says(foreign, 'not theirs');
    await says(own, 'theirs');
    await all.has('task', ({ task }) => task.stage === 'not theirs');
    await all.has('task', ({ task }) => task.stage === 'theirs');
    await theirs.has('task', ({ task }) => task.stage === 'theirs');
    expect(theirs.of('task').filter(({ task }) => task.id !== own.taskId)).toEqual([]);
    const refusals = [
      `task:${foreign.taskId}`,
      `log:${foreign.taskId}:plan`,
      'slots',
      'agents',
      'dead-letters',
    ];
    const answers = await Promise.all(
      refusals.map(async (topics) => viewer.call('GET', `/api/v1/stream?topics=${topics}`, undefined, SSE)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 403, 403, 403]);
  }, 60_000);

  it('refuses what it cannot be, and says what it can', async () => {
    const call = async (topics: string, headers = {}) =>
      system.api.call('GET', `/api/v1/stream?topics=${topics}`, undefined, { ...SSE, ...headers });
    expect(await call('tasks,everything')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', detail: expect.stringContaining('log:<id>:<phase>') },
    });
    expect(await call('tasks', { accept: 'application/json' })).toMatchObject({
      status: 406,
      body: { code: 'NOT_ACCEPTABLE' },
    });
    expect(await call(`task:${randomUUID()}`)).toMatchObject({ status: 404 });
    const page = await open('tasks');
    const tampered = page.lastId.replace(/^./, (letter) => (letter === 'W' ? 'X' : 'W'));
    for (const [topics, id] of [
      ['slots', page.lastId],
      ['tasks', tampered],
      ['tasks', 'nonsense'],
      ['tasks', `${page.lastId}.x`],
    ] as const) {
      expect(await call(topics, { 'last-event-id': id })).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'Last-Event-ID' }] },
      });
    }
    const { key } = await person(database, { organizationId: fleet.organizationId, role: 'viewer' });
    const many = new ApiCaller(system.api.baseUrl, key);
    await Promise.all(Array.from({ length: 30 }, async () => open('tasks', many)));
    const refused = await many.call('GET', '/api/v1/stream?topics=tasks', undefined, SSE);
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_STREAMS' } });
    expect(refused.headers.get('retry-after')).toBe('10');
    await pages.pop()?.close();
    await waitFor('a seat to be free', async () =>
      Page.open(many, 'tasks').then(
        async (one) => one.close().then(() => true),
        () => false,
      ),
    );
  }, 60_000);

  it('cuts off a reader that takes nothing, and holds no memory for it', async () => {
    const assignment = await planning();
    for (let n = 0; n < 60; n += 1) {
      await logs(assignment, `${'x'.repeat(99)}\n`.repeat(5_000));
    }
    const memory = async (): Promise<number> => {
      const status = await readFile(`/proc/${system.apiService.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
    };
    const before = await memory();
    const { hostname, port } = new URL(system.api.baseUrl);
    const sockets = Array.from({ length: 10 }, () => {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      socket.pause();
      socket.write(
        `GET /api/v1/stream?topics=log:${assignment.taskId}:plan HTTP/1.1\r\nhost: ${hostname}\r\n` +
          `authorization: Bearer ${system.api.key}\r\naccept: text/event-stream\r\n\r\n`,
      );
      return socket;
    });
    const metric = async (name: string): Promise<number> => {
      const text = await (await fetch(new URL('/metrics', system.api.baseUrl))).text();
      return Number(new RegExp(`^${name}.* (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
    };
    await waitFor('them to be open', async () => (await metric('berth_stream_readers')) === 10);
    const cutOff = async () => metric('berth_stream_ends_total{[^}]*how="cut_off"');
    await waitFor('them to be cut off', async () => (await cutOff()) === 10, 40_000);
    expect((await memory()) - before).toBeLessThan(80);
    expect(await metric('berth_stream_readers')).toBe(0);
    sockets.forEach((socket) => socket.destroy());
    const reader = await open(`log:${assignment.taskId}:plan`);
    await waitFor('all of it to be read', async () => reader.text.length === 30_000_000);
  }, 90_000);

  it('ends when its key is revoked, and when its reader may not see a topic any more', async () => {
    const { organizationId } = fleet;
    const assignment = await planning();
    const [revoked, demoted, stays] = await Promise.all(
      [1, 2, 3].map(async () => person(database, { organizationId, role: 'viewer' })),
    );
    const callers = [revoked, demoted, stays].map(
      (one) => new ApiCaller(system.api.baseUrl, String(one?.key)),
    );
    const [first, second, third] = await Promise.all(
      callers.map(async (caller) => open(`tasks,task:${assignment.taskId}`, caller)),
    );
    await database.rows('update api_keys set revoked_at = now() where user_id = $1', [revoked?.userId]);
    await database.rows('delete from grants where user_id = $1', [demoted?.userId]);
    await Promise.all([first?.ended, second?.ended]);
    await expect(Page.open(callers[0]!, 'tasks')).rejects.toThrow(/^401/);
    await expect(Page.open(callers[1]!, `task:${assignment.taskId}`)).rejects.toThrow(/^404/);
    await says(assignment, 'still seen');
    await third?.has('task', ({ task }) => task.stage === 'still seen');
    await system.api.expect('POST', `/api/v1/tasks/${assignment.taskId}/discard`);
  }, 60_000);

  it('ends cleanly when its process stops, and goes on at another one', async () => {
    const assignment = await planning();
    const page = await open(`tasks,task:${assignment.taskId}`, other);
    await page.has('task_event', ({ event }) => event.event === 'accept');
    const began = Date.now();
    await second.end('SIGTERM');
    await page.ended;
    expect(Date.now() - began).toBeLessThan(5_000);
    await says(assignment, 'nobody was there');
    const after = await open(`tasks,task:${assignment.taskId}`, system.api, page.lastId);
    await after.has('task', ({ task }) => task.stage === 'nobody was there');
    await after.has('task_event', ({ event }) => event.message === 'nobody was there');
    expect(after.of('task_event')).toHaveLength(1);
    second.start();
    await second.ready();
  }, 60_000);
});
