import { randomBytes, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, form } from '../support/build-client.js';
import { System } from '../support/system.js';

const MEGABYTE = 1024 * 1024;

/** What existing command lines and workers read, and what they send beside it. */
describe('existing clients of builds', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({
      only: 'api',
      apiEnv: { BERTH_MAX_SOURCE_MB: '2', BERTH_MAX_RESULT_MB: '2' },
    });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  const objects = async () => (await system.database.database.rows('select 1 from stored_objects')).length;

  it('submit with fields and files that nobody asked for, of which nothing is stored', async () => {
    const before = await objects();
    const data = new FormData();
    data.append('profile', new Blob([new Uint8Array(randomBytes(MEGABYTE))]), 'a.mobileprovision');
    for (let n = 0; n < 200; n += 1) {
      data.append(`extra-${n}`, 'x');
      data.append('again', 'y');
    }
    data.append('note', 'n'.repeat(100_000));
    data.append('platform', 'ios');
    data.append('source', new Blob(['the source']), 's.zip');
    data.append('profile', new Blob(['once more']), 'b.mobileprovision');
    const { id } = await client.expect('POST', '/api/builds/submit', data);
    expect(await objects()).toBe(before + 1);
    const source = await client.call('GET', `/api/builds/${id}/download/source`);
    expect(source.bytes.toString()).toBe('the source');

    const worker = await client.worker('extras');
    await worker.poll();
    const result = form(
      { build_id: id, success: 'true', profile: 'x' },
      { other: randomBytes(100), result: randomBytes(10) },
    );
    expect((await worker.call('POST', '/api/workers/upload', result)).status).toBe(200);
    expect(await objects()).toBe(before + 2);
  });

  it('may not send more than a source’s worth of what nobody asked for', async () => {
    const before = await objects();
    const data = form({ platform: 'ios' }, { source: Buffer.from('x') });
    data.append('other', new Blob([new Uint8Array(5 * MEGABYTE)]), 'large');
    expect((await client.call('POST', '/api/builds/submit', data)).status).toBe(413);
    const twice = form({ platform: 'ios' }, { source: Buffer.from('x') });
    twice.append('source', new Blob(['y']), 'second');
    expect((await client.call('POST', '/api/builds/submit', twice)).status).toBe(400);
    const platforms = form({ platform: 'ios' }, { source: Buffer.from('x') });
    platforms.append('platform', 'android');
    expect((await client.call('POST', '/api/builds/submit', platforms)).status).toBe(400);
    expect(await objects()).toBe(before);
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['a zip of nothing', Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)])],
    ['a tar.gz of nothing', gzipSync(Buffer.alloc(10_240))],
    ['a gzip of no bytes', gzipSync(Buffer.alloc(0))],
  ])('are told of a source that holds %s', async (_, source) => {
    const before = await objects();
    const answer = await client.call('POST', '/api/builds/submit', form({ platform: 'ios' }, { source }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'SOURCE_EMPTY', error: expect.any(String) } });
    expect(await objects()).toBe(before);
  });

  it('read a cancelled build as failed by its status, and as cancelled everywhere else', async () => {
    const { id } = await client.submit(randomBytes(10));
    expect(await client.expect('POST', `/api/builds/${id}/cancel`)).toEqual({
      success: true,
      status: 'cancelled',
    });
    expect(await client.status(id)).toMatchObject({
      status: 'failed',
      error_message: 'Build cancelled by user',
    });
    expect((await client.expect('GET', `/api/builds/${id}`)).status).toBe('cancelled');
    const listed = await client.expect('GET', '/api/builds?status=cancelled');
    expect(listed.map((build: { id: string }) => build.id)).toContain(id);
    expect((await system.api.read(id)).status).toBe('cancelled');
  });

  it('read the active builds as an object with numbers, or as an array', async () => {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('active');
    await worker.poll();
    const assigned = await client.expect('GET', '/api/builds/active');
    expect(assigned.builds).toMatchObject([
      { id, status: 'assigned', platform: 'ios', worker_id: worker.id, started_at: null },
    ]);
    await worker.expect('POST', `/api/builds/${id}/heartbeat`, {});
    const { builds } = await client.expect('GET', '/api/builds/active?shape=object');
    expect(builds).toMatchObject([{ id, status: 'building', started_at: expect.any(Number) }]);
    const array = await client.expect('GET', '/api/builds/active?shape=array');
    expect(array).toMatchObject([{ id, status: 'building', started_at: expect.stringMatching(/Z$/) }]);
    expect((await client.call('GET', '/api/builds/active?shape=tree')).status).toBe(400);
    expect((await worker.expect('GET', `/api/workers/${worker.id}/stats`)).uptime).toMatch(/^(\d+m )?\d+s$/);
    await worker.succeed(id, randomBytes(10));
  });

  it.each([
    ['no capabilities', { name: 'bare' }],
    [
      'null for all that may be left out',
      { id: null, name: null, capabilities: null, active_build_count: null },
    ],
    [
      'capabilities that name no platform',
      { name: 'none', capabilities: { xcode: '15', maxConcurrentBuilds: null } },
    ],
    ['an empty list of platforms', { name: 'empty', capabilities: { platforms: [] }, gpu: { any: 1 } }],
    ['an id with a dash in front', { id: '-V1StGXR8_Z5jdHi6B-myT', name: 'dash' }],
    ['an id with an underscore in front', { id: '_', name: 'underscore' }],
    ['an id of 64', { id: 'x'.repeat(64), name: 'long' }],
    ['a name that is too long', { name: 'n'.repeat(5_000) }],
  ])('register with %s', async (_, body) => {
    const registered = await client.expect('POST', '/api/workers/register', body);
    expect(registered.id).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
    expect(registered).toMatchObject({ id: 'id' in body && body.id !== null ? body.id : registered.id });
    for (const platform of ['ios', 'android']) {
      const { id } = await client.submit(randomBytes(10), platform);
      const headers = { 'x-worker-token': registered.access_token };
      const { body: poll } = await client.call('GET', '/api/workers/poll', undefined, headers);
      expect(poll.job?.id).toBe(id);
      await client.expect('POST', '/api/workers/fail', { build_id: id, error: 'x' }, headers);
    }
  });

  it.each(['', 'x'.repeat(65), 'a.b', 'a b', 'ä', '../x', 'a/b', 7])(
    'are told what an id may be: %j',
    async (id) => {
      const answer = await client.call('POST', '/api/workers/register', { id, name: 'odd' });
      expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('id') } });
    },
  );

  it('read an error of any kind beside its detail', async () => {
    const key = { 'x-api-key': client.key };
    const nobody = { 'x-api-key': 'k'.repeat(40) };
    const large = form({ platform: 'ios' }, { source: randomBytes(3 * MEGABYTE) });
    const answers = [
      await client.call('GET', '/api/builds', undefined, nobody),
      await client.call('GET', '/api/workers/poll', undefined, {}),
      await client.call('GET', `/api/builds/${randomUUID()}/status`),
      await client.call('GET', '/api/builds/a/b/c/d'),
      await client.call('GET', '/api/builds?limit=x'),
      await client.call('POST', '/api/builds/submit', large),
      await client.call('POST', '/api/workers/register', { id: '..' }),
      await client.call('GET', '/api/stats', undefined, nobody),
      await client.call('GET', '/api/diagnostics/nobody/latest'),
      await client.call('POST', '/api/builds/x/authenticate', {}, key),
    ];
    const seen = answers.map(({ status, body }) => [status, typeof body.error, body.error === body.detail]);
    expect(seen).toEqual(
      [401, 401, 404, 404, 400, 413, 400, 401, 404, 400].map((status) => [status, 'string', true]),
    );
    const broken = await fetch(new URL('/api/workers/register', client.baseUrl), {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      body: '{"name": ',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: expect.any(String) }]);
    const other = await client.call('GET', `/api/v1/tasks/${randomUUID()}`);
    expect(other.body).not.toHaveProperty('error');
  });

  it('are described with all others', async () => {
    const { paths } = await client.expect('GET', '/openapi.json', undefined, {});
    for (const [path, method] of [
      ['/health', 'get'],
      ['/api/health', 'get'],
      ['/api/stats', 'get'],
      ['/api/diagnostics', 'get'],
      ['/api/diagnostics/report', 'post'],
      ['/api/diagnostics/latest', 'get'],
      ['/api/builds/{id}/certs-secure', 'get'],
      ['/api/builds/{id}/authenticate', 'post'],
      ['/api/builds/{id}/vm-ready', 'post'],
      ['/api/builds/{id}/vm-status', 'get'],
      ['/api/builds/{id}/artifact', 'post'],
    ] as const) {
      expect([path, paths[path]?.[method]?.summary]).toEqual([path, expect.any(String)]);
    }
  });

  it('are let in by the key or the build’s token, whichever opens it', async () => {
    const [mine, other] = [await client.submit(randomBytes(10)), await client.submit(randomBytes(10))];
    const status = async (headers: Record<string, string>) =>
      (await client.call('GET', `/api/builds/${mine.id}/status`, undefined, headers)).status;
    const stale = 'k'.repeat(40);
    expect(await status({ 'x-api-key': client.key, 'x-build-token': 'stale' })).toBe(200);
    expect(await status({ 'x-api-key': client.key, 'x-build-token': other.access_token })).toBe(200);
    expect(await status({ 'x-api-key': stale, 'x-build-token': mine.access_token })).toBe(200);
    expect(await status({ 'x-api-key': stale, 'x-build-token': 'stale' })).toBe(401);
    expect(await status({ 'x-build-token': other.access_token })).toBe(404);
    expect(await status({ 'x-build-token': '' })).toBe(401);
    await client.expect('POST', `/api/builds/${mine.id}/cancel`);
    await client.expect('POST', `/api/builds/${other.id}/cancel`);
  });

  it('find out that the platform is there, and how it does', async () => {
    for (const path of ['/health', '/api/health']) {
      const answer = await client.call('GET', path, undefined, {});
      expect(answer).toMatchObject({ status: 200, body: { status: 'ok', ready: true } });
    }
    expect(await client.expect('GET', '/api/stats')).toMatchObject({
      nodesOnline: expect.any(Number),
      buildsQueued: 0,
      activeBuilds: 0,
      buildsToday: expect.any(Number),
      totalBuilds: expect.any(Number),
    });
    expect(await client.expect('GET', '/api/diagnostics/latest')).toMatchObject({
      worker_id: null,
      run_at: null,
    });
    expect(await client.expect('GET', '/api/diagnostics')).toEqual({ worker_id: null, reports: [] });
    const worker = await client.worker('well');
    expect((await client.call('GET', `/api/diagnostics/${worker.id}/latest`)).status).toBe(404);
    const report = {
      worker_id: worker.id,
      status: 'warning',
      duration_ms: 12,
      auto_fixed: true,
      checks: [{ name: 'disk', status: 'warn' }],
      of_its_own: { disk: 5 },
    };
    expect(await worker.expect('POST', '/api/diagnostics/report', report)).toMatchObject({ success: true });
    await client.expect('POST', '/api/diagnostics/report', { ...report, status: 'healthy' });
    const latest = {
      worker_id: worker.id,
      status: 'healthy',
      checks: report.checks,
      of_its_own: report.of_its_own,
      run_at: expect.any(Number),
    };
    for (const path of ['/api/diagnostics/latest', `/api/diagnostics/${worker.id}/latest`]) {
      expect(await client.expect('GET', path)).toMatchObject(latest);
    }
    expect((await client.expect('GET', `/api/diagnostics/${worker.id}`)).reports).toMatchObject([latest]);
    expect((await client.expect('GET', '/api/diagnostics')).reports).toMatchObject([latest]);
    const rows = await system.database.database.rows('select 1 from worker_reports');
    expect(rows).toHaveLength(1);
    const huge = { ...report, checks: [{ text: 'x'.repeat(300_000) }] };
    expect([200, 413]).toContain((await worker.call('POST', '/api/diagnostics/report', huge)).status);
    const [kept] = await system.database.database.rows<{ size: number }>(
      'select length(report::text) as size from worker_reports',
    );
    expect(kept?.size).toBeLessThan(70_000);
  });
});
