import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnsweringServer, json } from '../../../test/support/answering-server.js';
import { ApiProblem, connect, isTransient, Unreachable, type Client } from './index.js';

const KEY = 'berth_a-key-that-nobody-may-see';
const TASK = { params: { path: { id: 'a/b' } } };

let server: AnsweringServer;
let client: Client;

beforeAll(async () => {
  server = await AnsweringServer.start();
  client = connect({ url: server.url, key: KEY });
});

afterAll(async () => {
  await server.stop();
});

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    (answer) => {
      throw new Error(`it was answered: ${inspect(answer)}`);
    },
    (error: unknown) => error,
  );
}

describe('a call of the client', () => {
  it('goes to its path with its query and the key, and gives what the answer holds', async () => {
    server.answer(json(200, { items: [{ id: 't1' }], nextCursor: null }));
    const page = await client.get('/api/v1/tasks', { params: { query: { limit: 2, status: 'a,b' } } });
    expect(page.items[0]?.id).toBe('t1');
    expect(server.received).toMatchObject([
      {
        method: 'GET',
        path: '/api/v1/tasks?limit=2&status=a%2Cb',
        headers: { authorization: `Bearer ${KEY}` },
      },
    ]);
  });

  it('sends JSON, with the headers that the operation takes', async () => {
    server.answer(json(201, { id: 'w1' }));
    await client.post('/api/v1/workspaces', {
      params: { header: { 'Idempotency-Key': 'once' } },
      body: { name: 'hello', engine: 'terraform' },
    });
    const [{ body, headers }] = server.received as [(typeof server.received)[0]];
    expect([body, headers['content-type'], headers['idempotency-key']]).toEqual([
      '{"name":"hello","engine":"terraform"}',
      'application/json',
      'once',
    ]);
  });

  it('sends bytes as they are, with their own type, and a form as a form', async () => {
    server.answer(json(201, { id: 'c1' }));
    await client.post('/api/v1/workspaces/{workspace}/configurations', {
      params: { path: { workspace: 'w' } },
      body: new Blob(['archive'], { type: 'application/gzip' }),
    });
    const form = new FormData();
    form.set('platform', 'ios');
    await client.post('/api/builds/submit', { body: form });
    const [bytes, fields] = server.received;
    expect([bytes?.body, bytes?.headers['content-type']]).toEqual(['archive', 'application/gzip']);
    expect(fields?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
    expect(fields?.body).toContain('name="platform"');
  });

  it('gives text as text, other bytes as a Blob, and nothing as undefined', async () => {
    server.answer(
      (response) => response.setHeader('content-type', 'text/plain; charset=utf-8').end('zwölf\n'),
      (response) => response.setHeader('content-type', 'application/octet-stream').end(Buffer.from([0, 255])),
      (response) => response.writeHead(204).end(),
      (response) => response.end(),
    );
    expect(await client.get('/api/v1/tasks/{id}/logs', TASK)).toBe('zwölf\n');
    const artifact = { params: { path: { id: 't', artifactId: 'x' } } };
    const bytes = await client.get('/api/v1/tasks/{id}/artifacts/{artifactId}', artifact);
    expect([...new Uint8Array(await bytes.arrayBuffer())]).toEqual([0, 255]);
    const nothing = await Promise.all([
      client.delete('/api/v1/workspaces/{idOrName}', { params: { path: { idOrName: 'w' } } }),
      client.delete('/api/v1/workspaces/{workspace}/terraform-state', {
        params: { path: { workspace: 'w' } },
      }),
    ]);
    expect(nothing).toEqual([undefined, undefined]);
    expect(server.received[0]?.path).toBe('/api/v1/tasks/a%2Fb/logs');
  });

  it('throws a problem with all that the api says of it', async () => {
    const about = { type: 'about:blank', title: 'x' };
    server.answer(
      json(409, {
        ...about,
        status: 409,
        code: 'PLAN_CHANGED',
        detail: 'the plan is another one',
        currentStatus: 'apply_pending',
        planHash: 'f00',
      }),
      json(400, {
        ...about,
        status: 400,
        code: 'INVALID_REQUEST',
        detail: 'no',
        errors: [{ field: 'a', message: 'b' }],
      }),
    );
    const confirm = async () => client.post('/api/v1/tasks/{id}/confirm', { ...TASK, body: {} });
    const conflict = await failureOf(confirm());
    expect(conflict).toBeInstanceOf(ApiProblem);
    expect(conflict).toMatchObject({
      status: 409,
      code: 'PLAN_CHANGED',
      detail: 'the plan is another one',
      errors: [],
      currentStatus: 'apply_pending',
      planHash: 'f00',
      message: 'POST /api/v1/tasks/{id}/confirm: 409 PLAN_CHANGED: the plan is another one',
    });
    expect(isTransient(conflict)).toBe(false);
    expect(await failureOf(confirm())).toMatchObject({ errors: [{ field: 'a', message: 'b' }] });
  });

  it('tells what may pass from what stays, also where something in between has answered', async () => {
    server.answer(
      json(503, { status: 503, code: 'DATABASE_UNAVAILABLE', detail: 'soon' }, { 'retry-after': '2' }),
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>'),
      (response) => response.writeHead(429).end(),
      (response) => response.writeHead(403).end('null'),
    );
    const seen = [];
    for (let n = 0; n < 4; n += 1) {
      const failure = (await failureOf(client.get('/api/v1/stats'))) as ApiProblem;
      seen.push([failure.code, failure.retryAfterMs, isTransient(failure)]);
    }
    expect(seen).toEqual([
      ['DATABASE_UNAVAILABLE', 2_000, true],
      ['HTTP_502', undefined, true],
      ['HTTP_429', undefined, true],
      ['HTTP_403', undefined, false],
    ]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['no answer comes in time', () => undefined],
    [
      'an answer stops halfway',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"id');
      },
    ],
    [
      'a connection breaks',
      (response) => {
        response.destroy();
      },
    ],
  ])('is over where %s', async (_, answer) => {
    server.answer(answer);
    const failure = await failureOf(client.get('/api/v1/tasks/{id}', { ...TASK, timeoutMs: 200 }));
    expect(failure).toBeInstanceOf(Unreachable);
    expect(isTransient(failure)).toBe(true);
    expect((failure as Error).message).toMatch(
      /^GET \/api\/v1\/tasks\/{id}: (no answer for 0.2 s|the connection failed)$/,
    );
  });

  it('names the organization that it acts in', async () => {
    server.answer(json(200, { items: [], nextCursor: null }));
    await connect({ url: server.url, key: KEY, organization: 'acme' }).get('/api/v1/tasks');
    await client.get('/api/v1/tasks');
    expect(server.received.map(({ headers }) => headers['berth-organization'])).toEqual(['acme', undefined]);
  });

  it('waits where it is asked to be patient for less than it is willing to, and sends the same again', async () => {
    const busy = (after: string) =>
      json(429, { status: 429, code: 'TOO_MANY_REQUESTS', detail: 'slowly' }, { 'retry-after': after });
    const patient = connect({ url: server.url, key: KEY, patienceMs: 2_000 });
    const body = { name: 'hello', engine: 'terraform' } as const;
    server.answer(busy('1'), json(201, { id: 'w1' }));
    expect(await patient.post('/api/v1/workspaces', { body })).toEqual({ id: 'w1' });
    expect(server.received.map((one) => one.body)).toEqual([JSON.stringify(body), JSON.stringify(body)]);
    server.answer(busy('3'));
    expect(await failureOf(patient.get('/api/v1/stats'))).toMatchObject({ status: 429, retryAfterMs: 3_000 });
    server.answer(busy('1'));
    expect(await failureOf(patient.get('/api/v1/stats'))).toMatchObject({ status: 429 });
    expect(server.received).toHaveLength(3);
  });

  it('ends with the reason of its own signal', async () => {
    const reason = new Error('the page was left');
    const left = new AbortController();
    server.answer(() => {
      left.abort(reason);
    });
    const { signal } = left;
    expect(await failureOf(client.get('/api/v1/stats', { signal }))).toBe(reason);
    expect(await failureOf(client.get('/api/v1/stats', { signal }))).toBe(reason);
    expect(isTransient(reason)).toBe(false);
  });

  it('shows its key in no failure', async () => {
    const gone = await AnsweringServer.start();
    const lost = connect({ url: gone.url, key: KEY });
    await gone.stop();
    server.answer(json(401, { status: 401, code: 'UNAUTHORIZED', detail: 'unknown' }));
    const failures = [
      await failureOf(lost.get('/api/v1/stats')),
      await failureOf(client.get('/api/v1/stats')),
    ];
    expect(failures).toEqual([expect.any(Unreachable), expect.any(ApiProblem)]);
    expect(inspect(failures, { depth: 20, showHidden: true })).not.toContain(KEY);
  });

  it('needs an address that is one', () => {
    expect(() => connect({ url: 'localhost' })).toThrow('Invalid URL');
  });
});
