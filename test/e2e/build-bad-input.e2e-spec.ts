import { randomBytes, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, form, type ProtocolAnswer } from '../support/build-client.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const MEGABYTE = 1024 * 1024;

/** What callers get wrong: each a clear answer, nothing half-stored, nothing lost. */
describe('the build workers’ protocol, called wrongly', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({
      only: 'api',
      apiEnv: { BERTH_MAX_SOURCE_MB: '1', BERTH_MAX_RESULT_MB: '1' },
    });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  const code = (answer: ProtocolAnswer) => [answer.status, answer.body?.code];

  /** Rows of bytes that are not whole, and files that have no row. */
  async function halves(): Promise<unknown[]> {
    const rows = await system.database.database.rows<{ id: string; state: string }>(
      'select id, state from stored_objects',
    );
    const whole = new Set(rows.filter(({ state }) => state === 'whole').map(({ id }) => id));
    const files = await readdir(join(system.storage), { recursive: true, withFileTypes: true });
    return [
      ...rows.filter(({ state }) => state !== 'whole'),
      ...files.filter((file) => file.isFile() && !whole.has(file.name)).map(({ name }) => name),
    ];
  }

  it.each([
    ['no key', {}],
    ['an unknown key', { 'x-api-key': 'k'.repeat(40) }],
    ['an unknown worker’s token', { 'x-worker-token': 't'.repeat(32) }],
    ['another worker’s id beside the token', { 'x-worker-id': 'somebody' }],
  ])('polls in vain with %s', async (what, headers: Record<string, string>) => {
    const worker = await client.worker('keys');
    const all = what.startsWith('another') ? { ...worker.headers, ...headers } : headers;
    const answer = await client.call('GET', '/api/workers/poll', undefined, all);
    expect(code(answer)).toEqual([401, 'UNAUTHORIZED']);
    expect(answer.bytes.toString()).not.toContain('kkkk');
  });

  it('is refused with an expired token, and taken with the one before the newest', async () => {
    const worker = await client.worker('expired');
    const first = worker.token;
    await worker.poll();
    expect(
      (await client.call('GET', '/api/workers/poll', undefined, { 'x-worker-token': first })).status,
    ).toBe(200);
    await system.database.database.rows("update worker_tokens set expires_at = now() - interval '1 second'");
    expect(code(await worker.call('GET', '/api/workers/poll'))).toEqual([401, 'UNAUTHORIZED']);
    const again = await client.worker('expired', { id: worker.id });
    expect(again.registration).toBe('re-registered');
    expect(await again.poll()).toBeNull();
  });

  it('opens one build with its token, and no other one, nor the list', async () => {
    const [mine, other] = [await client.submit(randomBytes(10)), await client.submit(randomBytes(10))];
    const token = { 'x-build-token': mine.access_token };
    expect((await client.call('GET', `/api/builds/${mine.id}/status`, undefined, token)).status).toBe(200);
    expect(code(await client.call('GET', `/api/builds/${other.id}/status`, undefined, token))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(code(await client.call('POST', `/api/builds/${other.id}/cancel`, undefined, token))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(code(await client.call('GET', '/api/builds', undefined, token))).toEqual([401, 'UNAUTHORIZED']);
    await client.expect('POST', `/api/builds/${mine.id}/cancel`);
    await client.expect('POST', `/api/builds/${other.id}/cancel`);
  });

  it.each(['not-a-build', randomUUID()])('asks for a build that there is not: %s', async (id) => {
    const worker = await client.worker('lost');
    expect(code(await client.call('GET', `/api/builds/${id}/status`))).toEqual([404, 'NOT_FOUND']);
    expect(code(await worker.call('GET', `/api/builds/${id}/source`))).toEqual([404, 'NOT_FOUND']);
    expect(code(await worker.call('POST', `/api/builds/${id}/heartbeat`, {}))).toEqual([404, 'NOT_FOUND']);
    expect(code(await worker.call('POST', '/api/workers/fail', { build_id: id, error: 'x' }))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(code(await worker.call('POST', '/api/workers/abandon', { build_id: id }))).toEqual([
      404,
      'NOT_FOUND',
    ]);
    expect(code(await worker.succeed(id, randomBytes(10)))).toEqual([404, 'NOT_FOUND']);
    expect(await halves()).toEqual([]);
  });

  it('registers with capabilities that there are not', async () => {
    const answer = await client.call('POST', '/api/workers/register', {
      name: 'amiga',
      capabilities: { platforms: ['amiga'], maxConcurrentBuilds: 0 },
    });
    expect(code(answer)).toEqual([400, 'INVALID_REQUEST']);
    expect(answer.body.errors.map((one: { field: string }) => one.field)).toEqual([
      'capabilities.platforms.0',
      'capabilities.maxConcurrentBuilds',
    ]);
  });

  it('has results that are refused, and the build goes on', async () => {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('results');
    const other = await client.worker('other');
    await worker.poll();
    const result = { result: randomBytes(10) };
    const post = async (fields: Record<string, string>, files: Record<string, Buffer>) =>
      code(await worker.call('POST', '/api/workers/upload', form(fields, files)));
    expect(await post({ success: 'true' }, result)).toEqual([400, 'INVALID_REQUEST']);
    expect(await post({ build_id: id }, result)).toEqual([400, 'INVALID_REQUEST']);
    expect(await post({ build_id: id, success: 'perhaps' }, result)).toEqual([400, 'INVALID_REQUEST']);
    expect(await post({ build_id: id, success: 'true' }, {})).toEqual([400, 'INVALID_REQUEST']);
    expect(await post({ build_id: id, success: 'true' }, { wrong: randomBytes(10) })).toEqual([
      400,
      'INVALID_REQUEST',
    ]);
    expect(await post({ build_id: id, success: 'true' }, { result: randomBytes(MEGABYTE + 1) })).toEqual([
      413,
      'BODY_TOO_LARGE',
    ]);
    expect(code(await other.succeed(id, randomBytes(10)))).toEqual([409, 'NOT_YOUR_BUILD']);
    expect(await halves()).toEqual([]);
    expect((await client.status(id)).status).toBe('assigned');
    expect((await worker.succeed(id, randomBytes(10))).status).toBe(200);
  });

  it('submits what is no multipart form, one that ends in the middle, and a source that is too large', async () => {
    const json = await client.call('POST', '/api/builds/submit', { platform: 'ios' });
    expect(code(json)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const headers = { 'x-api-key': client.key, 'content-type': 'multipart/form-data; boundary=xyz' };
    for (const body of [
      '',
      'no form at all',
      '--xyz\r\ncontent-disposition: form-data; name="source"; filename="a"\r\n\r\nhalf',
    ]) {
      const response = await fetch(`${client.baseUrl}/api/builds/submit`, { method: 'POST', headers, body });
      expect([400, 415]).toContain(response.status);
      expect(await response.json()).toMatchObject({ code: expect.any(String), detail: expect.any(String) });
    }
    const large = form({ platform: 'ios' }, { source: randomBytes(3 * MEGABYTE) });
    expect(code(await client.call('POST', '/api/builds/submit', large))).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await halves()).toEqual([]);
  });

  it('breaks off in the middle of an upload, and nothing of it stays', async () => {
    const before = await client.expect('GET', '/api/builds');
    const upload = request(`${client.baseUrl}/api/builds/submit`, {
      method: 'POST',
      headers: {
        'x-api-key': client.key,
        'content-type': 'multipart/form-data; boundary=xyz',
        'content-length': 1_000_000,
      },
    });
    upload.on('error', () => undefined);
    upload.write('--xyz\r\ncontent-disposition: form-data; name="source"; filename="a"\r\n\r\n');
    upload.write(randomBytes(100_000));
    const arriving = async () =>
      system.database.database.rows("select 1 from stored_objects where state = 'arriving'");
    await waitFor('the upload to arrive', async () => ((await arriving()).length > 0 ? true : null));
    upload.destroy();
    await waitFor('nothing to be left of it', async () => ((await halves()).length === 0 ? true : null));
    expect(await client.expect('GET', '/api/builds')).toEqual(before);
  });

  it('sends a name that would lead out of the store, and it is only shown', async () => {
    const data = form({ platform: 'ios' }, {});
    data.set('source', new Blob(['x']), '../../../etc/pass"wd');
    const { id } = await client.expect('POST', '/api/builds', data);
    const download = await client.call('GET', `/api/builds/${id}/download/source`);
    expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename=pass%22wd;/);
    expect(download.bytes.toString()).toBe('x');
    expect(code(await client.call('GET', `/api/builds/${id}/download`))).toEqual([404, 'NOT_STORED']);
    await client.expect('POST', `/api/builds/${id}/cancel`);
  });
});
