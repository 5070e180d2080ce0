import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { zipOf } from '../support/release-site.js';
import { System } from '../support/system.js';

type Headers = Readonly<Record<string, string>>;

/** As curl or a script calls: nothing here knows more than the method, the path and what stands in the table. */
class Caller {
  constructor(
    private readonly baseUrl: string,
    private readonly key: string,
  ) {}

  async send(
    method: string,
    path: string,
    body?: FormData | object,
    headers: Headers = this.keyed,
  ): Promise<any> {
    const json = body !== undefined && !(body instanceof FormData);
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { ...headers, ...(json ? { 'content-type': 'application/json' } : {}) },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      signal: AbortSignal.timeout(30_000),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    const said = isJson ? (JSON.parse(bytes.toString()) as object) : {};
    return { ...said, status: response.status, bytes };
  }

  get keyed(): Headers {
    return { 'x-api-key': this.key };
  }
}

/** A whole build by clients and workers of three generations, none of which was written for this platform. */
describe('a build, from its submission to its result', () => {
  let system: System;
  let api: Caller;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    api = new Caller(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  const P12 = randomBytes(900);
  const result = randomBytes(120_000);

  /** The command line: it sends more than the page asks for, and keeps the token of its build. */
  async function submit(): Promise<{ id: string; headers: Headers; source: Buffer }> {
    const source = await zipOf({ 'app.json': '{}' });
    const form = new FormData();
    form.append('source', new Blob([new Uint8Array(source)], { type: 'application/gzip' }), 'project.zip');
    form.append('platform', 'ios');
    const certs = await zipOf({ 'cert.p12': P12, 'password.txt': 'pw' });
    form.append('certs', new Blob([new Uint8Array(certs)], { type: 'application/zip' }), 'certs.zip');
    form.append('profile', new Blob(['profile']), 'profile.mobileprovision');
    form.append('appleId', 'someone@example.com');
    const submitted = await api.send('POST', '/api/builds/submit', form);
    expect(submitted).toMatchObject({ id: expect.any(String), access_token: expect.any(String) });
    return { id: submitted.id, headers: { 'x-build-token': submitted.access_token }, source };
  }

  /** Watches as command lines do: they know five words, and count lines. */
  async function watched(id: string, headers: Headers): Promise<string> {
    const bytes = (await api.send('GET', `/api/builds/${id}/status`, undefined, headers)).bytes as Buffer;
    const { status } = JSON.parse(bytes.toString()) as { status: string };
    expect(['pending', 'assigned', 'building', 'completed', 'failed']).toContain(status);
    return status;
  }

  async function isDone(id: string, headers: Headers): Promise<void> {
    expect(await watched(id, headers)).toBe('completed');
    const download = await api.send('GET', `/api/builds/${id}/download`, undefined, headers);
    expect(download.bytes.equals(result)).toBe(true);
    const { logs } = await api.send('GET', `/api/builds/${id}/logs`, undefined, headers);
    const messages = logs.map(({ message }: { message: string }) => message);
    expect(messages[0]).toBe('Build submitted');
    expect(messages).toContain('building');
    expect(messages.at(-1)).toBe('Build completed');
    const list = JSON.parse((await api.send('GET', '/api/builds')).bytes.toString()) as { id: string }[];
    expect(list.map((build) => build.id)).toContain(id);
  }

  it('is done by a worker that holds only a key', async () => {
    const { id, headers, source } = await submit();
    const worker = await api.send('POST', '/api/workers/register', {
      name: 'first generation',
      capabilities: { platforms: ['ios'], xcode_version: '15.0' },
    });
    const { job } = await api.send('GET', `/api/workers/poll?worker_id=${worker.id}`);
    expect(job).toMatchObject({ id, platform: 'ios' });
    const own = { ...api.keyed, 'x-worker-id': worker.id as string, 'x-build-id': id };
    expect((await api.send('GET', job.source_url, undefined, own)).bytes.equals(source)).toBe(true);
    expect(await api.send('GET', `/api/builds/${id}/certs-secure`, undefined, own)).toMatchObject({
      p12: P12.toString('base64'),
      p12Password: 'pw',
    });
    expect(
      await api.send(
        'POST',
        `/api/builds/${id}/logs`,
        { logs: [{ level: 'info', message: 'building' }] },
        own,
      ),
    ).toMatchObject({ success: true, count: 1 });
    await api.send('POST', `/api/builds/${id}/heartbeat?worker_id=${worker.id}`, { progress: 30 });
    await api.send(
      'POST',
      `/api/builds/${id}/telemetry`,
      { type: 'heartbeat', timestamp: 'now', data: { n: 1 } },
      own,
    );
    expect(await watched(id, headers)).toBe('building');
    const form = new FormData();
    form.append('result', new Blob([new Uint8Array(result)]), 'build.ipa');
    form.append('build_id', id);
    form.append('worker_id', worker.id as string);
    form.append('success', 'true');
    expect((await api.send('POST', '/api/workers/upload', form)).success).toBe(true);
    await isDone(id, headers);
  });

  it('is done by a worker whose token is over in the middle of it', async () => {
    const { id, headers } = await submit();
    const registration = {
      name: 'second generation',
      capabilities: { platforms: ['ios'] },
      active_build_count: 0,
    };
    const worker = await api.send('POST', '/api/workers/register', registration);
    const mine = { ...api.keyed, 'x-worker-token': worker.access_token as string };
    const poll = await api.send('GET', '/api/workers/poll', undefined, mine);
    expect(poll.job.id).toBe(id);
    const next = { ...api.keyed, 'x-worker-token': poll.access_token as string };
    await api.send('POST', `/api/builds/${id}/logs`, { level: 'notice', message: 'building' }, next);
    await system.database.database.rows("update worker_tokens set expires_at = now() - interval '1 second'");
    const heartbeat = { build_id: id };
    expect((await api.send('POST', '/api/workers/heartbeat', heartbeat, next)).status).toBe(401);
    const again = await api.send('POST', '/api/workers/register', {
      ...registration,
      id: worker.id as string,
      active_build_count: 1,
    });
    expect(again.access_token).not.toBe(worker.access_token);
    const renewed = { 'x-worker-token': again.access_token as string };
    expect((await api.send('POST', '/api/workers/heartbeat', heartbeat, renewed)).success).toBe(true);
    const form = new FormData();
    form.append('build_id', id);
    form.append('success', 'true');
    form.append('result', new Blob([new Uint8Array(result)]), 'build.ipa');
    expect((await api.send('POST', '/api/workers/result', form, renewed)).success).toBe(true);
    await isDone(id, headers);
    const second = new FormData();
    second.append('build_id', id);
    second.append('success', 'true');
    second.append('result', new Blob([new Uint8Array(result)]), 'build.ipa');
    expect((await api.send('POST', '/api/workers/result', second, renewed)).success).toBe(true);
  });

  it('is done by a machine that holds a password for it', async () => {
    const { id, headers, source } = await submit();
    const worker = await api.send('POST', '/api/workers/register', { name: 'third generation' });
    const { job } = await api.send('GET', `/api/workers/poll?worker_id=${worker.id}`);
    expect(job.id).toBe(id);
    const { vm_token } = await api.send('POST', `/api/builds/${id}/authenticate`, { otp: job.otp }, {});
    const machine = { 'x-vm-token': vm_token as string };
    expect((await api.send('GET', `/api/builds/${id}/certs-secure`, undefined, machine)).p12Password).toBe(
      'pw',
    );
    await api.send('POST', `/api/builds/${id}/vm-ready`, undefined, {
      ...machine,
      'content-type': 'application/json',
    });
    const own = { ...api.keyed, 'x-worker-id': worker.id as string };
    expect((await api.send('GET', `/api/builds/${id}/vm-status`, undefined, own)).vm_ready).toBe(true);
    expect((await api.send('GET', `/api/builds/${id}/source`, undefined, machine)).bytes.equals(source)).toBe(
      true,
    );
    const lines = { logs: [{ level: 'info', message: 'building' }] };
    await api.send('POST', `/api/builds/${id}/logs`, lines, machine);
    await api.send(
      'POST',
      `/api/builds/${id}/telemetry`,
      { type: 'cpu_snapshot', data: { cpu_percent: 5 } },
      machine,
    );
    expect(await watched(id, headers)).toBe('building');
    const form = new FormData();
    form.append('artifact', new Blob([new Uint8Array(result)]), 'App.ipa');
    expect((await api.send('POST', `/api/builds/${id}/artifact`, form, machine)).status).toBe(200);
    await isDone(id, headers);
    expect((await api.send('GET', `/api/workers/poll?worker_id=${worker.id}`)).job).toBeNull();
  });
});
