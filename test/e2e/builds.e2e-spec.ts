import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, form, type Worker } from '../support/build-client.js';
import { System } from '../support/system.js';

/** Through the built api, with clients that know nothing but the protocol. */
describe('a build by a polling worker', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  it('goes from the submission to the downloaded result', async () => {
    const source = randomBytes(300_000);
    const certs = randomBytes(2_000);
    const result = randomBytes(500_000);
    const submitted = await client.submit(source, 'ios', certs);
    expect(submitted).toMatchObject({ status: 'pending', platform: 'ios', submitted_at: expect.any(Number) });
    const worker = await client.worker('mac-1', {}, ['ios']);
    expect(worker.registration).toBe('registered');

    const job = await worker.poll();
    expect(job).toMatchObject({ id: submitted.id, platform: 'ios', submitted_at: submitted.submitted_at });
    expect((await client.status(submitted.id)).status).toBe('assigned');
    expect((await worker.call('GET', job.source_url)).bytes.equals(source)).toBe(true);
    expect((await worker.call('GET', job.certs_url)).bytes.equals(certs)).toBe(true);

    await worker.expect('POST', `/api/builds/${job.id}/logs`, { level: 'info', message: 'compiling\nmore' });
    expect((await client.status(job.id)).status).toBe('building');
    const logs = {
      logs: [
        { level: 'warn', message: 'a warning' },
        { level: 'error', message: 'bad' },
      ],
    };
    expect(await worker.expect('POST', `/api/builds/${job.id}/logs`, logs)).toEqual({
      success: true,
      count: 2,
    });
    await worker.expect('POST', `/api/builds/${job.id}/heartbeat`, { progress: 40 });
    await worker.expect('POST', `/api/builds/${job.id}/telemetry`, { type: 'cpu', data: { percent: 93 } });
    await worker.expect('POST', '/api/workers/heartbeat', { build_id: job.id, progress: 60 });

    expect((await worker.succeed(job.id, result)).body).toEqual({ success: true });
    const state = await client.status(job.id);
    expect(state).toMatchObject({ status: 'completed', worker_id: worker.id, error_message: null });
    expect(state.completed_at).toBeGreaterThanOrEqual(state.started_at);

    const own = { 'x-build-token': submitted.access_token };
    const download = await client.call('GET', `/api/builds/${job.id}/download`, undefined, own);
    expect(download.bytes.equals(result)).toBe(true);
    expect(download.headers.get('content-disposition')).toContain('attachment');
    const read = await client.expect('GET', `/api/builds/${job.id}/logs?limit=3`, undefined, {
      authorization: `Bearer ${submitted.access_token}`,
    });
    expect(read.logs).toMatchObject([
      { level: 'warn', message: 'a warning' },
      { level: 'error', message: 'bad' },
      { level: 'info', message: 'Build completed' },
    ]);
    const build = await client.expect('GET', `/api/builds/${job.id}`);
    expect(build).toMatchObject({ has_result: true, worker_name: 'mac-1', status: 'completed' });
    expect(await worker.expect('GET', `/api/workers/${worker.id}/stats`)).toMatchObject({
      totalBuilds: 1,
      successfulBuilds: 1,
      failedBuilds: 0,
      workerName: 'mac-1',
      status: 'alive',
    });
    const task = await system.api.read(job.id);
    expect(task).toMatchObject({ kind: 'build', status: 'succeeded', platform: 'ios', attempt: 1 });
    expect((await system.api.events(job.id)).map(({ event }) => event)).toEqual([
      'create',
      'claim',
      'accept',
      'finish',
    ]);
  });

  it('is given again to a worker whose reply was lost, and to nobody else', async () => {
    const { id } = await client.submit(randomBytes(10), 'android');
    const [first, second] = [await client.worker('a'), await client.worker('b')] as [Worker, Worker];
    expect((await first.poll()).id).toBe(id);
    expect(await second.poll()).toBeNull();
    expect((await first.poll()).id).toBe(id);
    expect((await second.call('GET', `/api/builds/${id}/source`)).status).toBe(403);
    expect((await first.succeed(id, randomBytes(10))).status).toBe(200);
    expect(await first.poll()).toBeNull();
  });

  it('keeps a result that is uploaded twice, and refuses another one', async () => {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('twice');
    await worker.poll();
    const result = randomBytes(1_000);
    expect((await worker.succeed(id, result)).status).toBe(200);
    expect((await worker.succeed(id, result)).status).toBe(200);
    expect(await worker.succeed(id, randomBytes(1_000))).toMatchObject({
      status: 409,
      body: { code: 'NOT_YOUR_BUILD' },
    });
    expect((await client.call('GET', `/api/builds/${id}/download/result`)).bytes.equals(result)).toBe(true);
  });

  it('goes back to the queue when its worker gives it up, and to the next one', async () => {
    const { id } = await client.submit(randomBytes(10));
    const first = await client.worker('gives-up');
    await first.poll();
    await first.expect('POST', '/api/workers/abandon', { build_id: id, reason: 'no disk' });
    expect(await client.status(id)).toMatchObject({ status: 'pending', worker_id: null });
    const second = await client.worker('takes-over');
    expect((await second.poll()).id).toBe(id);
    expect(await first.succeed(id, randomBytes(10))).toMatchObject({
      status: 409,
      body: { code: 'NOT_YOUR_BUILD', currentStatus: 'assigned' },
    });
    await second.expect('POST', '/api/workers/fail', { build_id: id, error: 'exit code 65' });
    expect(await client.status(id)).toMatchObject({ status: 'failed', error_message: 'exit code 65' });
  });

  it('goes back when its worker registers again with nothing in hand, or unregisters', async () => {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('restarts');
    await worker.poll();
    await worker.expect('POST', `/api/builds/${id}/heartbeat`, {});
    const again = await client.worker('restarts', { id: worker.id, active_build_count: 0 });
    expect(again.registration).toBe('re-registered');
    expect((await client.status(id)).status).toBe('pending');
    expect((await again.poll()).id).toBe(id);
    expect(await again.expect('POST', '/api/workers/unregister')).toEqual({
      success: true,
      builds_reassigned: 1,
    });
    expect((await client.status(id)).status).toBe('pending');
    expect((await again.call('GET', '/api/workers/poll')).status).toBe(401);
    await client.expect('POST', `/api/builds/${id}/cancel`);
  });

  it('is cancelled while a worker has it, whose result then is refused', async () => {
    const { id, access_token } = await client.submit(randomBytes(10));
    const worker = await client.worker('cancelled');
    await worker.poll();
    await worker.expect('POST', `/api/builds/${id}/heartbeat`, {});
    const token = { 'x-build-token': access_token };
    expect(await client.expect('POST', `/api/builds/${id}/cancel`, undefined, token)).toEqual({
      success: true,
      status: 'cancelled',
    });
    expect((await worker.succeed(id, randomBytes(10))).status).toBe(409);
    expect(await client.call('POST', `/api/builds/${id}/cancel`)).toMatchObject({ status: 400 });
    expect(await worker.poll()).toBeNull();
  });

  it('is built again from the same source as a new build', async () => {
    const source = randomBytes(5_000);
    const first = await client.submit(source);
    const worker = await client.worker('again');
    await worker.poll();
    expect(await client.call('POST', `/api/builds/${first.id}/retry`)).toMatchObject({ status: 400 });
    await worker.expect('POST', '/api/workers/fail', { build_id: first.id, error: 'broken' });
    const again = await client.expect('POST', `/api/builds/${first.id}/retry`);
    expect(again).toMatchObject({ status: 'pending', original_build_id: first.id, platform: 'ios' });
    const job = await worker.poll();
    expect(job.id).toBe(again.id);
    expect((await worker.call('GET', job.source_url)).bytes.equals(source)).toBe(true);
    await worker.succeed(job.id, source);
  });

  it('is listed as a plain array', async () => {
    const list = await client.expect('GET', '/api/builds?status=completed&platform=ios');
    expect(Array.isArray(list)).toBe(true);
    expect(list[0]).toMatchObject({
      status: 'completed',
      createdAt: expect.any(String),
      completedAt: expect.any(String),
    });
    expect(await client.expect('GET', '/api/builds/active')).toEqual({ builds: [] });
    expect(await client.expect('GET', '/api/builds/statistics')).toMatchObject({ pending: 0, building: 0 });
  });

  it.each([
    ['no source', {}, { platform: 'ios' }, 400],
    ['no platform', { source: Buffer.from('x') }, {}, 400],
    ['an unknown platform', { source: Buffer.from('x') }, { platform: 'amiga' }, 400],
    ['another file instead of a source', { sauce: Buffer.from('x') }, { platform: 'ios' }, 400],
  ])('is refused with %s, and nothing stays', async (_, files, fields, status) => {
    const answer = await client.call('POST', '/api/builds', form(fields, files));
    expect(answer).toMatchObject({ status, body: { code: expect.any(String), detail: expect.any(String) } });
    const left = await system.database.database.rows("select 1 from stored_objects where state <> 'whole'");
    expect(left).toEqual([]);
  });
});
