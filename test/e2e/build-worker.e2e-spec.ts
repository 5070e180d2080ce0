import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { tarGz } from '../support/api-caller.js';
import { BuildClient } from '../support/build-client.js';
import { zipOf } from '../support/release-site.js';
import { System } from '../support/system.js';
import { waitFor } from '../support/wait-for.js';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/build');

/** The example's worker as a process, on the example's package. */
describe('the worker of the example', () => {
  let system: System;
  let client: BuildClient;
  let home: string;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    system = await System.start({ agents: 0, registryEnv: { BERTH_WORKER_LOST_AFTER_MS: '2000' } });
    client = new BuildClient(system.api.baseUrl, system.api.key);
    home = await mkdtemp(join(tmpdir(), 'build-worker-'));
  }, 90_000);

  afterEach(async () => {
    await Promise.all(workers.splice(0).map(async (worker) => end(worker, 'SIGKILL')));
  });

  afterAll(async () => {
    await system.stop();
    await rm(home, { recursive: true, force: true });
  });

  function worker(name: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(process.execPath, [join(EXAMPLE, 'worker.mjs')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        TMPDIR: home,
        BERTH_URL: system.api.baseUrl,
        BERTH_API_KEY: system.api.key,
        WORKER_NAME: name,
        POLL_SECONDS: '0.2',
        HEARTBEAT_SECONDS: '0.5',
        npm_config_update_notifier: 'false',
        ...env,
      },
      stdio: 'ignore',
    });
    workers.push(child);
    return child;
  }

  async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill(signal);
      await ended;
    }
  }

  async function source(): Promise<Buffer> {
    const names = ['package.json', 'greeting.js', 'test/greeting.test.js'];
    const files = await Promise.all(
      names.map(async (name) => [name, await readFile(join(EXAMPLE, 'package', name), 'utf8')] as const),
    );
    return tarGz(Object.fromEntries(files));
  }

  const reaches = async (id: string, status: string) =>
    waitFor(
      `build ${id} to be ${status}`,
      async () => {
        const state = await client.status(id);
        return state.status === status ? state : null;
      },
      60_000,
    );

  it('tests and packs a package, sends its log, and leaves when it is asked to', async () => {
    const child = worker('packs');
    const { id } = await client.submit(await source());
    await reaches(id, 'completed');
    const packed = await client.call('GET', `/api/builds/${id}/download`);
    expect(gunzipSync(packed.bytes).toString()).toContain('export function greeting');
    const { logs } = await client.expect('GET', `/api/builds/${id}/logs`);
    expect(logs.map((line: { message: string }) => line.message).join('\n')).toContain('pass 2');
    await end(child, 'SIGTERM');
    expect(child.exitCode).toBe(0);
    const [row] = await system.database.database.rows("select status from agents where name = 'packs'");
    expect(row).toEqual({ status: 'stopped' });
  }, 90_000);

  it('takes a zip as well, and says what it cannot read', async () => {
    worker('zips', { WORKER_COMMAND: 'cp deep/er.txt r.tgz' });
    const { id } = await client.submit(await zipOf({ 'deep/er.txt': 'from a zip' }));
    await reaches(id, 'completed');
    expect((await client.call('GET', `/api/builds/${id}/download`)).bytes.toString()).toBe('from a zip');
    const odd = await client.submit(Buffer.from('neither of them'));
    expect((await reaches(odd.id, 'failed')).error_message).toContain('no tar.gz or zip');
  }, 90_000);

  it('says why a build has failed', async () => {
    worker('fails', { WORKER_COMMAND: 'echo no luck; exit 7' });
    const { id } = await client.submit(await source());
    expect((await reaches(id, 'failed')).error_message).toContain('exit code 7');
  }, 90_000);

  it('is killed in the middle of a build, which another one finishes', async () => {
    const first = worker('killed', { WORKER_COMMAND: 'sleep 30' });
    const { id } = await client.submit(await source());
    const building = await waitFor('the first one to have it', async () => {
      const state = await client.status(id);
      return state.status === 'assigned' || state.status === 'building' ? state : null;
    });
    await end(first, 'SIGKILL');
    const second = worker('finishes', { WORKER_COMMAND: 'echo done > result.tgz' });
    const done = await reaches(id, 'completed');
    expect(done.worker_id).not.toBe(building.worker_id);
    const events = await system.api.events(id);
    expect(events.map(({ event }) => event)).toEqual(expect.arrayContaining(['claim', 'finish']));
    expect(events.filter(({ event }) => event === 'claim')).toHaveLength(2);
    await end(second, 'SIGTERM');
  }, 90_000);

  it('is not lost while its result is on the way, however long that takes', async () => {
    const uploading = await client.worker('uploads');
    const { id } = await client.submit(await source());
    expect((await uploading.poll()).id).toBe(id);
    await uploading.expect('POST', `/api/builds/${id}/heartbeat`, {});
    const silent = await client.worker('silent');
    const upload = request(`${client.baseUrl}/api/workers/result`, {
      method: 'POST',
      headers: { ...uploading.headers, 'content-type': 'multipart/form-data; boundary=xyz' },
    });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      upload.once('response', (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      upload.once('error', reject);
    });
    for (const [name, value] of Object.entries({ build_id: id, success: 'true' })) {
      upload.write(`--xyz\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    }
    upload.write('--xyz\r\ncontent-disposition: form-data; name="result"; filename="r"\r\n\r\nfirst half');
    await waitFor(
      'a worker that says nothing to be lost',
      async () => {
        const [row] = await system.database.database.rows<{ status: string }>(
          'select status from agents where id = $1',
          [silent.id],
        );
        return row?.status === 'lost' ? true : null;
      },
      30_000,
    );
    upload.end(', second half\r\n--xyz--\r\n');
    expect(await answered).toBe(200);
    const download = await client.call('GET', `/api/builds/${id}/download`);
    expect(download.bytes.toString()).toBe('first half, second half');
    expect(await system.api.read(id)).toMatchObject({ status: 'succeeded', attempt: 1 });
  }, 90_000);

  it('drops a build that somebody cancels, and takes the next one', async () => {
    worker('cancelled', {
      WORKER_COMMAND: 'if [ -e greeting.js ]; then echo at it; sleep 1000; else echo x > r.tgz; fi',
    });
    const { id } = await client.submit(await source());
    await reaches(id, 'building');
    await client.expect('POST', `/api/builds/${id}/cancel`);
    const next = await client.submit(await tarGz({ other: 'x' }));
    await reaches(next.id, 'completed');
    expect((await client.expect('GET', `/api/builds/${id}`)).status).toBe('cancelled');
  }, 90_000);
});
