import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, form, type Worker } from '../support/build-client.js';
import { System } from '../support/system.js';

/** The machine in which a worker builds: it holds a password for one build, and neither a key nor the worker's token. */
describe('the machine of a build', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  interface Taken {
    readonly id: string;
    readonly otp: string;
    readonly worker: Worker;
  }

  async function taken(certs?: Buffer): Promise<Taken> {
    const { id } = await client.submit(Buffer.from('the source'), 'ios', certs);
    const worker = await client.worker('host');
    const job = await worker.poll();
    expect(job).toMatchObject({ id, otp: expect.stringMatching(/^[\w-]{32,}$/) });
    return { id, otp: job.otp, worker };
  }

  const exchange = async (id: string, otp: unknown) =>
    client.call('POST', `/api/builds/${id}/authenticate`, { otp }, {});

  async function machineOf({ id, otp }: Taken) {
    const { status, body } = await exchange(id, otp);
    expect([status, body]).toMatchObject([
      200,
      { vm_token: expect.any(String), expires_at: expect.any(String) },
    ]);
    const headers = { 'x-vm-token': body.vm_token as string };
    return async (method: string, path: string, data?: FormData | object) =>
      client.call(method, `/api/builds/${id}${path}`, data, headers);
  }

  it('does a whole build with its password alone', async () => {
    const one = await taken(randomBytes(500));
    const machine = await machineOf(one);
    expect((await machine('GET', '/source')).bytes.toString()).toBe('the source');
    expect((await machine('GET', '/certs')).bytes).toHaveLength(500);
    expect((await machine('GET', '/certs-secure')).body).toMatchObject({ p12: expect.any(String) });
    expect((await machine('GET', '/vm-status')).body).toMatchObject({ vm_ready: false });
    expect((await machine('POST', '/vm-ready')).body).toMatchObject({
      success: true,
      vm_ready_at: expect.any(String),
    });
    expect((await one.worker.expect('GET', `/api/builds/${one.id}/vm-status`)).vm_ready).toBe(true);
    for (const [path, body] of [
      ['/logs', { logs: [{ level: 'info', message: 'from the machine' }] }],
      ['/heartbeat', { progress: 20 }],
      ['/telemetry', { type: 'cpu_snapshot', data: { cpu_percent: 3 } }],
      ['/vm-status', { status: 'building' }],
    ] as const) {
      expect([path, (await machine('POST', path, body)).body]).toMatchObject([path, { success: true }]);
    }
    expect(await client.status(one.id)).toMatchObject({ status: 'building', worker_id: one.worker.id });
    const artifact = randomBytes(50_000);
    expect((await machine('POST', '/artifact', form({}, { artifact }))).body).toEqual({ success: true });
    expect((await client.status(one.id)).status).toBe('completed');
    expect((await client.call('GET', `/api/builds/${one.id}/download`)).bytes.equals(artifact)).toBe(true);
    expect((await machine('POST', '/heartbeat', {})).status).toBe(401);
    expect(await system.database.database.rows('select 1 from build_machines')).toEqual([]);
  });

  it('has a password that stays while its worker asks again, and counts once', async () => {
    const one = await taken();
    expect((await one.worker.poll()).otp).toBe(one.otp);
    expect(
      (await exchange(one.id, `${one.otp.slice(0, -1)}${one.otp.endsWith('A') ? 'B' : 'A'}`)).status,
    ).toBe(401);
    const answers = await Promise.all(Array.from({ length: 8 }, async () => exchange(one.id, one.otp)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(7).fill(401)]);
    await one.worker.succeed(one.id, randomBytes(10));
  });

  it.each([
    ['no password', undefined, 400],
    ['an empty one', '', 400],
    ['a number', 7, 400],
    ['one that is far too long', 'x'.repeat(1_000), 401],
    ['the build’s own token', 'token', 401],
  ])('is refused with %s', async (_, otp, status) => {
    const one = await taken();
    expect((await exchange(one.id, otp)).status).toBe(status);
    await one.worker.succeed(one.id, randomBytes(10));
  });

  it('is told no more of a build that there is not than of a wrong password', async () => {
    const one = await taken();
    const wrong = await exchange(one.id, 'x'.repeat(32));
    for (const id of [randomUUID(), 'not-a-build']) {
      expect(await exchange(id, one.otp)).toMatchObject({ status: wrong.status, body: wrong.body });
    }
    await one.worker.succeed(one.id, randomBytes(10));
  });

  it('opens no other build, and nothing else', async () => {
    const [one, two] = [await taken(), await taken()];
    await machineOf(two);
    const { body } = await exchange(one.id, one.otp);
    const headers = { 'x-vm-token': body.vm_token as string };
    const tries = [
      ['GET', `/api/builds/${two.id}/source`],
      ['GET', `/api/builds/${two.id}/certs-secure`],
      ['POST', `/api/builds/${two.id}/logs`],
      ['POST', `/api/builds/${two.id}/vm-ready`],
      ['POST', `/api/builds/${two.id}/artifact`],
      ['GET', `/api/builds/${one.id}/status`],
      ['POST', `/api/builds/${one.id}/cancel`],
      ['GET', '/api/builds'],
      ['GET', '/api/workers/poll'],
      ['POST', '/api/workers/result'],
      ['GET', '/api/v1/tasks'],
    ] as const;
    for (const [method, path] of tries) {
      const data =
        path.endsWith('artifact') || path.endsWith('result')
          ? form({}, { artifact: randomBytes(5) })
          : { message: 'x' };
      const answer = await client.call(method, path, method === 'GET' ? undefined : data, headers);
      expect([path, [401, 403].includes(answer.status)]).toEqual([path, true]);
    }
    // A key beside it does not widen it where the token is read at all.
    const both = { ...headers, 'x-api-key': client.key };
    expect((await client.call('GET', `/api/builds/${two.id}/source`, undefined, both)).status).toBe(403);
    const unknown = { 'x-vm-token': 'never', 'x-api-key': client.key };
    const query = `?worker_id=${one.worker.id}`;
    expect(
      (await client.call('GET', `/api/builds/${one.id}/source${query}`, undefined, unknown)).status,
    ).toBe(401);
    await one.worker.succeed(one.id, randomBytes(10));
    await two.worker.succeed(two.id, randomBytes(10));
  });

  it('ends with the attempt: another worker’s machine has another password', async () => {
    const one = await taken();
    const machine = await machineOf(one);
    expect((await machine('POST', '/heartbeat', {})).status).toBe(200);
    await one.worker.expect('POST', '/api/workers/abandon', { build_id: one.id, reason: 'the machine died' });
    expect((await machine('POST', '/logs', { message: 'late' })).status).toBe(401);
    const second = await client.worker('second');
    const job = await second.poll();
    expect(job.id).toBe(one.id);
    expect(job.otp).not.toBe(one.otp);
    expect((await machine('POST', '/artifact', form({}, { artifact: randomBytes(5) }))).status).toBe(401);
    expect((await exchange(one.id, one.otp)).status).toBe(401);
    expect((await exchange(one.id, job.otp)).status).toBe(200);
    await second.succeed(one.id, randomBytes(10));
  });

  it('has a password and a token that end by themselves, and of which none is stored', async () => {
    const { database } = system.database;
    const one = await taken();
    await database.rows("update tasks set assigned_at = now() - interval '1 hour' where id = $1", [one.id]);
    expect((await exchange(one.id, one.otp)).status).toBe(401);
    await database.rows('update tasks set assigned_at = now() where id = $1', [one.id]);
    const { body } = await exchange(one.id, one.otp);
    const [row] = await database.rows<{ row: string }>('select m::text as row from build_machines m');
    expect(row?.row).not.toContain(body.vm_token);
    expect(row?.row).not.toContain(Buffer.from(body.vm_token as string).toString('hex'));
    expect(row?.row).not.toContain(one.otp);
    await database.rows("update build_machines set expires_at = now() - interval '1 second'");
    const headers = { 'x-vm-token': body.vm_token as string };
    expect((await client.call('GET', `/api/builds/${one.id}/source`, undefined, headers)).status).toBe(401);
    expect(await system.apiService.log()).not.toContain(one.otp);
    await one.worker.succeed(one.id, randomBytes(10));
  });

  it('hands in no result without a file', async () => {
    const one = await taken();
    const machine = await machineOf(one);
    expect((await machine('POST', '/artifact', form({ note: 'x' }, {}))).status).toBe(400);
    expect((await machine('POST', '/artifact', form({}, { other: randomBytes(5) }))).status).toBe(400);
    expect((await machine('POST', '/artifact', form({}, { result: randomBytes(5) }))).status).toBe(200);
  });
});
