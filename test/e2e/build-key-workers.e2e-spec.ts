import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, type ProtocolAnswer } from '../support/build-client.js';
import { System } from '../support/system.js';

/** Workers of the first generation: they hold a key, and say in each call who they are. */
describe('a worker that holds only a key', () => {
  let system: System;
  let client: BuildClient;
  let worker: { readonly id: string; readonly access_token: string };
  let build: { readonly id: string };

  beforeAll(async () => {
    system = await System.start({ only: 'api', apiEnv: { BERTH_MAX_RESULT_MB: '1' } });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterEach(async () => {
    await system.database.database.rows('truncate agents, slots, tasks, stored_objects cascade');
  });

  afterAll(async () => {
    await system.stop();
  });

  async function takeOne(): Promise<void> {
    worker = await client.expect('POST', '/api/workers/register', { name: 'keys' });
    build = await client.submit(randomBytes(10));
    const { job } = await client.expect('GET', `/api/workers/poll?worker_id=${worker.id}`);
    expect(job.id).toBe(build.id);
  }

  /** Parts in this order, each a field or, with bytes, a file. */
  function ordered(parts: readonly (readonly [string, string | Buffer])[]): FormData {
    const data = new FormData();
    for (const [name, value] of parts) {
      if (typeof value === 'string') {
        data.append(name, value);
      } else {
        data.append(name, new Blob([new Uint8Array(value)]), 'result.ipa');
      }
    }
    return data;
  }

  /** With a key; the body is a form of one kind or the other, or JSON. */
  async function post(path: string, body: FormData | URLSearchParams | object): Promise<ProtocolAnswer> {
    if (!(body instanceof URLSearchParams)) {
      return client.call('POST', path, body);
    }
    const response = await fetch(new URL(path, client.baseUrl), {
      method: 'POST',
      headers: { 'x-api-key': client.key },
      body,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, body: JSON.parse(bytes.toString()), bytes, headers: response.headers };
  }

  const stored = async () =>
    (await system.database.database.rows("select 1 from stored_objects where file_name = 'result.ipa'"))
      .length;

  it.each([
    ['before the file', ['build_id', 'worker_id', 'success', 'result']],
    ['after the file', ['result', 'build_id', 'worker_id', 'success']],
    ['around the file', ['worker_id', 'success', 'result', 'build_id']],
  ])('hands in a result with its fields %s', async (_, order) => {
    await takeOne();
    const result = randomBytes(100_000);
    const values: Record<string, string | Buffer> = {
      build_id: build.id,
      worker_id: worker.id,
      success: 'true',
      result,
    };
    const answer = await post(
      '/api/workers/upload',
      ordered(order.map((name) => [name, values[name] ?? ''] as const)),
    );
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    expect((await client.call('GET', `/api/builds/${build.id}/download`)).bytes.equals(result)).toBe(true);
  });

  it.each(['form', 'urlencoded', 'JSON'])('reports a failure without a file, as %s', async (kind) => {
    await takeOne();
    const fields = {
      build_id: build.id,
      worker_id: worker.id,
      success: 'false',
      error_message: 'xcodebuild: exit code 65',
    };
    const body =
      kind === 'form'
        ? ordered(Object.entries(fields))
        : kind === 'urlencoded'
          ? new URLSearchParams(fields)
          : { ...fields, success: false };
    expect((await post('/api/workers/result', body)).status).toBe(200);
    expect(await client.status(build.id)).toMatchObject({
      status: 'failed',
      error_message: 'xcodebuild: exit code 65',
    });
  });

  it.each(['urlencoded', 'JSON', 'form'])(
    'fails, beats and gives up with its id in a body of %s',
    async (kind) => {
      await takeOne();
      const bodyOf = (fields: Record<string, string>) =>
        kind === 'JSON'
          ? fields
          : kind === 'form'
            ? ordered(Object.entries(fields))
            : new URLSearchParams(fields);
      const ids = { build_id: build.id, worker_id: worker.id };
      expect((await post('/api/workers/heartbeat', bodyOf({ ...ids, progress: '10' }))).status).toBe(200);
      expect((await client.status(build.id)).status).toBe('building');
      expect((await post('/api/workers/abandon', bodyOf({ ...ids, reason: 'full' }))).status).toBe(200);
      const { job } = await client.expect('GET', `/api/workers/poll?worker_id=${worker.id}`);
      expect(job.id).toBe(build.id);
      expect((await post('/api/workers/fail', bodyOf({ ...ids, error: 'no luck' }))).status).toBe(200);
      expect(await client.status(build.id)).toMatchObject({ status: 'failed', error_message: 'no luck' });
    },
  );

  it('may leave by its path, and is named by the header as well', async () => {
    await takeOne();
    const named = { 'x-api-key': client.key, 'x-worker-id': worker.id };
    expect((await client.call('GET', '/api/workers/poll', undefined, named)).body.job.id).toBe(build.id);
    expect((await client.call('POST', `/api/workers/${worker.id}/unregister`)).body).toEqual({
      success: true,
      builds_reassigned: 1,
    });
  });

  it('is refused where the build is not its own, and the file that came first is gone', async () => {
    await takeOne();
    const other = await client.expect('POST', '/api/workers/register', { name: 'other' });
    const form = (id: string) =>
      ordered([
        ['result', randomBytes(1_000)],
        ['success', 'true'],
        ['build_id', build.id],
        ['worker_id', id],
      ]);
    expect(await post('/api/workers/upload', form(other.id))).toMatchObject({
      status: 409,
      body: { code: 'NOT_YOUR_BUILD', error: expect.any(String) },
    });
    expect((await post('/api/workers/upload', form('nobody'))).status).toBe(404);
    expect(await stored()).toBe(0);
    expect((await client.status(build.id)).status).toBe('assigned');
  });

  it.each<[string, (ids: Record<string, string>) => [string, string | Buffer][]]>([
    ['no worker', ({ build_id }) => [['build_id', build_id ?? '']]],
    [
      'an empty worker',
      ({ build_id }) => [
        ['build_id', build_id ?? ''],
        ['worker_id', ''],
      ],
    ],
    ['two workers', (ids) => [...Object.entries(ids), ['worker_id', 'another']]],
    ['one worker twice', (ids) => [...Object.entries(ids), ['worker_id', ids['worker_id'] ?? '']]],
    [
      'a worker that is too long',
      ({ build_id }) => [
        ['build_id', build_id ?? ''],
        ['worker_id', 'w'.repeat(70_000)],
      ],
    ],
    ['no build', ({ worker_id }) => [['worker_id', worker_id ?? '']]],
    [
      'an empty build',
      ({ worker_id }) => [
        ['worker_id', worker_id ?? ''],
        ['build_id', ''],
      ],
    ],
    ['two builds', (ids) => [...Object.entries(ids), ['build_id', 'another']]],
    ['an empty success', (ids) => [...Object.entries(ids), ['success', '']]],
  ])('is told of %s, and nothing of the file stays', async (what, fields) => {
    await takeOne();
    const ids = { build_id: build.id, worker_id: worker.id };
    const success: [string, string][] = what === 'an empty success' ? [] : [['success', 'true']];
    const answer = await post(
      '/api/workers/result',
      ordered([['result', randomBytes(1_000)], ...success, ...fields(ids)]),
    );
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST', error: expect.any(String) },
    });
    expect(await stored()).toBe(0);
    expect((await client.status(build.id)).status).toBe('assigned');
  });

  it.each<[string, string, object | undefined]>([
    ['GET', '/api/workers/poll', undefined],
    ['POST', '/api/workers/heartbeat', {}],
    ['POST', '/api/workers/unregister', {}],
    ['POST', '/api/workers/fail', { build_id: 'b', error: 'x' }],
    ['POST', '/api/workers/abandon', { build_id: 'b' }],
    ['POST', '/api/workers/result', new FormData()],
    ['GET', '/api/builds/b/source', undefined],
    ['POST', '/api/builds/b/heartbeat', {}],
  ])(
    'is told to register again by %s %s where its token is over, whatever its key',
    async (method, path, body) => {
      const me = await client.expect('POST', '/api/workers/register', { name: 'tokens' });
      await system.database.database.rows(
        "update worker_tokens set expires_at = now() - interval '1 second'",
      );
      for (const token of [me.access_token, 'never-a-token']) {
        const headers = { 'x-api-key': client.key, 'x-worker-token': token };
        const answer = await client.call(method, `${path}?worker_id=${me.id}`, body, headers);
        expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
      }
    },
  );

  it('goes on with a token that is good beside the key, and with the key beside an empty token', async () => {
    const me = await client.expect('POST', '/api/workers/register', { name: 'tokens' });
    const both = { 'x-api-key': client.key, 'x-worker-token': me.access_token };
    expect((await client.call('GET', '/api/workers/poll', undefined, both)).status).toBe(200);
    const empty = { 'x-api-key': client.key, 'x-worker-token': '' };
    const poll = await client.call('GET', `/api/workers/poll?worker_id=${me.id}`, undefined, empty);
    expect(poll.status).toBe(200);
  });
});
