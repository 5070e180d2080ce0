import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuildClient, type Worker } from '../support/build-client.js';
import { System } from '../support/system.js';

interface Entry {
  readonly level: string;
  readonly message: string;
  readonly timestamp: string;
}

describe('the log of a build', () => {
  let system: System;
  let client: BuildClient;

  beforeAll(async () => {
    system = await System.start({ only: 'api' });
    client = new BuildClient(system.api.baseUrl, system.api.key);
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  });

  const read = async (id: string, query = ''): Promise<Entry[]> =>
    (await client.expect('GET', `/api/builds/${id}/logs${query}`)).logs;
  const messages = async (id: string) => (await read(id)).map(({ message }) => message);

  async function taken(): Promise<{ id: string; worker: Worker }> {
    const { id } = await client.submit(randomBytes(10));
    const worker = await client.worker('logs');
    expect((await worker.poll()).id).toBe(id);
    return { id, worker };
  }

  it('tells what the platform did with it, and why', async () => {
    const { id, worker } = await taken();
    await worker.expect('POST', '/api/workers/abandon', { build_id: id, reason: 'no disk' });
    await worker.poll();
    await worker.expect('POST', `/api/builds/${id}/logs`, { message: 'compiling' });
    await worker.expect('POST', '/api/workers/fail', { build_id: id, error: 'exit code 65' });
    expect(await messages(id)).toEqual([
      'Build submitted',
      `Taken by worker logs (${worker.id})`,
      expect.stringMatching(/^Given back to the queue: .*no disk/),
      `Taken by worker logs (${worker.id}), attempt 2`,
      'compiling',
      'Build failed: exit code 65',
    ]);
    for (const entry of await read(id)) {
      expect(Date.parse(entry.timestamp)).toBeGreaterThan(0);
    }
    const again = await client.expect('POST', `/api/builds/${id}/retry`);
    expect(await messages(again.id)).toEqual([`Build submitted: build ${id} again`]);
    await client.expect('POST', `/api/builds/${again.id}/cancel`);
    expect((await messages(again.id)).at(-1)).toBe('Build cancelled by user');
  });

  it('is empty where nothing was written', async () => {
    const { id } = await client.submit(randomBytes(10));
    await system.database.database.rows('delete from task_logs where task_id = $1', [id]);
    expect(await read(id)).toEqual([]);
    await client.expect('POST', `/api/builds/${id}/cancel`);
  });

  it('keeps what can be kept of a batch with odd entries', async () => {
    const { id, worker } = await taken();
    const before = (await read(id)).length;
    const answer = await worker.expect('POST', `/api/builds/${id}/logs`, {
      logs: [
        { level: 'debug', message: 'one' },
        { message: 'two' },
        { level: null, message: 3 },
        null,
        { level: 'error', message: null },
        { level: 7, message: true },
        'four',
        { level: 'warn', message: 'x'.repeat(100_000) },
        { level: 'error', message: { code: 5 } },
      ],
    });
    expect(answer).toEqual({ success: true, count: 7 });
    const entries = (await read(id)).slice(before);
    expect(entries.map(({ level, message }) => [level, message.slice(0, 20)])).toEqual([
      ['info', 'one'],
      ['info', 'two'],
      ['info', '3'],
      ['info', 'true'],
      ['info', 'four'],
      ['warn', 'x'.repeat(20)],
      ['error', '{"code":5}'],
    ]);
    const long = entries[5]?.message ?? '';
    expect(long).toMatch(/x \(cut here: it had 100000 characters\)$/);
    expect(long.length).toBeLessThan(70_000);
    expect(
      (await worker.call('POST', `/api/builds/${id}/logs`, { level: 'fatal', message: 'x' })).status,
    ).toBe(200);
    expect(await worker.expect('POST', `/api/builds/${id}/logs`, ['a list', { message: 'itself' }])).toEqual({
      success: true,
      count: 2,
    });
    expect((await worker.call('POST', `/api/builds/${id}/logs`, { nothing: 1 })).status).toBe(400);
    await worker.succeed(id, randomBytes(10));
  });

  it('is followed to its end by counting, however many lines it has', async () => {
    const { id, worker } = await taken();
    const lines = 50_000;
    const followed: string[] = [];
    const follow = async (): Promise<void> => {
      const { logs } = await client.expect('GET', `/api/builds/${id}/logs`);
      followed.push(...logs.slice(followed.length).map(({ message }: Entry) => message));
    };
    for (let n = 0; n < lines; n += 2_500) {
      const logs = Array.from({ length: 2_500 }, (_, k) => ({
        level: 'info',
        message: `line ${n + k}\n  more`,
      }));
      await worker.expect('POST', `/api/builds/${id}/logs`, { logs });
      if (n % 10_000 === 0) {
        await follow();
      }
    }
    await worker.succeed(id, randomBytes(10));
    await follow();
    expect(followed.length).toBe(lines + 3);
    expect(followed[2]).toBe('line 0\n  more');
    expect(followed[lines + 1]).toBe(`line ${lines - 1}\n  more`);
    expect(followed.at(-1)).toBe('Build completed');

    const paged: string[] = [];
    for (let after = 0; ;) {
      const page: { logs: Entry[]; next_after: number } = await client.expect(
        'GET',
        `/api/builds/${id}/logs?after=${after}&limit=20000`,
      );
      paged.push(...page.logs.map(({ message }) => message));
      if (page.logs.length === 0) {
        break;
      }
      after += page.logs.length;
      expect(page.next_after).toBe(after);
    }
    expect(paged).toEqual(followed);
    expect((await read(id, '?limit=2')).map(({ message }) => message)).toEqual(followed.slice(-2));
    expect(await read(id, '?after=60000')).toEqual([]);
    for (const query of ['?after=-1', '?after=x', '?limit=0']) {
      expect((await client.call('GET', `/api/builds/${id}/logs${query}`)).status).toBe(400);
    }
  }, 120_000);

  it('says of texts that are too long that they are cut, and loses none', async () => {
    const { id, worker } = await taken();
    const long = 'e'.repeat(20_000);
    await worker.expect('POST', `/api/builds/${id}/telemetry`, {
      type: 'cpu load!',
      data: { text: long.repeat(3) },
    });
    await worker.expect('POST', '/api/workers/abandon', { build_id: id, reason: long });
    expect((await messages(id)).at(-1)).toMatch(/e \(cut here: it had 20000 characters\)/);
    await worker.poll();
    expect((await worker.call('POST', '/api/workers/fail', { build_id: id, error: long })).status).toBe(200);
    const { error_message } = await client.status(id);
    expect(error_message).toMatch(/^e{9000,}.* \(cut here: it had 20000 characters\)$/);
    expect(error_message.length).toBeLessThanOrEqual(10_000);

    const second = await taken();
    const form = new FormData();
    form.append('build_id', second.id);
    form.append('success', 'false');
    form.append('error_message', 'f'.repeat(200_000));
    expect((await second.worker.call('POST', '/api/workers/result', form)).status).toBe(200);
    expect((await client.status(second.id)).error_message).toMatch(/^f{9000,}.*cut here/);

    const third = await taken();
    expect((await third.worker.call('POST', '/api/workers/fail', { build_id: third.id })).status).toBe(200);
    expect((await client.status(third.id)).error_message).toBe('the worker gave no reason');
  });
});
