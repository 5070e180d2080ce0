import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tarGz, type ApiCaller } from '../support/api-caller.js';
import { BuildClient } from '../support/build-client.js';
import { HEAVY_BODIES } from '../support/heavy-bodies.js';
import { RawHttp, type RawAnswer } from '../support/raw-http.js';
import { System } from '../support/system.js';

const MB = 1024 * 1024;

describe('the door of the api', () => {
  let system: System;
  let api: ApiCaller;
  let key: Record<string, string>;

  beforeAll(async () => {
    system = await System.start({ only: 'api', apiEnv: { BERTH_MAX_CONFIGURATION_MB: '1' } });
    ({ api } = system);
    key = { authorization: `Bearer ${api.key}` };
    await api.expect('POST', '/api/v1/workspaces', { name: 'door', engine: 'terraform' });
  }, 90_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  /** Sends all of it, whatever comes back, and only then reads: as most senders do. */
  async function sendThenRead(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
  ): Promise<RawAnswer> {
    const http = await RawHttp.to(api.baseUrl);
    try {
      await http.sendHead(method, path, headers);
      for (let at = 0; at < body.length; at += MB) {
        await http.send(body.subarray(at, at + MB));
      }
      return await http.answer();
    } finally {
      http.end();
    }
  }

  function chunked(body: Buffer): Buffer {
    return Buffer.concat([
      Buffer.from(`${body.length.toString(16)}\r\n`),
      body,
      Buffer.from('\r\n0\r\n\r\n'),
    ]);
  }

  describe('answers a sender without a key', () => {
    it.each([
      ['POST', '/api/v1/tasks', 'application/json'],
      ['POST', '/api/v1/workspaces/door/configurations', 'application/gzip'],
      ['POST', '/api/v1/workspaces/door/configurations', ''],
      ['POST', '/api/v1/sources', 'application/gzip'],
      ['POST', '/api/builds/submit', 'multipart/form-data; boundary=x'],
      ['POST', '/api/workers/result', 'multipart/form-data; boundary=x'],
      ['POST', '/api/v1/workspaces/door/terraform-state', 'application/json'],
      ['PUT', '/agent/v1/tasks/x/plan', 'application/octet-stream'],
      ['POST', '/agent/v1/sessions', 'application/json'],
    ])('%s %s (%s) before the first byte of the body', async (method, path, type) => {
      const http = await RawHttp.to(api.baseUrl);
      await http.sendHead(method, path, {
        'content-length': String(100 * MB),
        ...(type === '' ? {} : { 'content-type': type }),
      });
      expect((await http.answer()).status).toBe(401);
      http.end();
    });
  });

  describe('spends nothing on what a sender without a key sends', () => {
    async function used(): Promise<{ cpuSeconds: number; peakMb: number }> {
      const metrics = await (await fetch(`${api.baseUrl}/metrics`)).text();
      const status = await readFile(`/proc/${system.apiService.pid}/status`, 'utf8');
      return {
        cpuSeconds: Number(/^process_cpu_seconds_total\S* (\S+)/m.exec(metrics)?.[1]),
        peakMb: Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024,
      };
    }

    /** What the api spends on four such bodies together. */
    async function costOf(
      path: string,
      headers: Readonly<Record<string, string>>,
      body: Buffer,
    ): Promise<{ cpuSeconds: number; peakMb: number }> {
      const before = await used();
      const answers = await Promise.all(
        Array.from({ length: 4 }, async () =>
          sendThenRead('POST', path, { ...headers, 'content-length': String(body.length) }, body),
        ),
      );
      const after = await used();
      expect(answers.map(({ status }) => [401, 404, 405].includes(status))).toEqual(Array(4).fill(true));
      return { cpuSeconds: after.cpuSeconds - before.cpuSeconds, peakMb: after.peakMb };
    }

    it.each(HEAVY_BODIES.map((heavy) => [heavy.what, heavy] as const))(
      'that is %s',
      async (_what, { path, body: bodyOf, headers }) => {
        const body = await bodyOf();
        const reading = await costOf('/nowhere', {}, Buffer.alloc(body.length));
        const cost = await costOf(path, headers, body);
        // Processor time beside that of reading as many bytes away: what others on the machine take, slows both.
        // What unpacks or parses one of these takes whole seconds.
        expect(cost.cpuSeconds).toBeLessThan(3 * reading.cpuSeconds + 0.4);
        expect(cost.peakMb).toBeLessThan(300);
      },
    );
  });

  describe('lets a sender who reads only at the end read why', () => {
    const LARGE = Buffer.alloc(20 * MB, 'x');

    it.each<[string, number, string, string, Record<string, string>]>([
      ['no key is given', 401, 'POST', '/api/v1/workspaces/door/configurations', {}],
      ['a key is wrong', 401, 'POST', '/api/builds/submit', { 'x-api-key': 'wrong' }],
      ['there is no such workspace', 404, 'POST', '/api/v1/workspaces/none/configurations', { key: 'right' }],
      [
        'the type is not taken',
        415,
        'POST',
        '/api/v1/workspaces/door/configurations',
        { key: 'right', 'content-type': 'application/zip' },
      ],
      [
        'it is too large',
        413,
        'POST',
        '/api/v1/workspaces/door/configurations',
        { key: 'right', 'content-type': 'application/gzip' },
      ],
      [
        'JSON is too large',
        413,
        'POST',
        '/api/v1/tasks',
        { key: 'right', 'content-type': 'application/json' },
      ],
      [
        'a form has no end',
        400,
        'POST',
        '/api/builds/submit',
        { key: 'right', 'content-type': 'multipart/form-data; boundary=y' },
      ],
      ['a lock is too large', 413, 'LOCK', '/api/v1/workspaces/door/terraform-state', { key: 'right' }],
    ])('when %s', async (_why, status, method, path, { key: right, ...headers }) => {
      const all = { ...headers, ...(right === undefined ? {} : key) };
      const length = { 'content-length': String(LARGE.length) };
      const ways: [Record<string, string>, Buffer][] = [
        [length, LARGE],
        [{ ...length, connection: 'close' }, LARGE],
        [{ 'transfer-encoding': 'chunked' }, chunked(LARGE)],
        [{ 'transfer-encoding': 'chunked', connection: 'close' }, chunked(LARGE)],
      ];
      for (const [more, body] of [...ways, ...ways, ...ways]) {
        const answer = await sendThenRead(method, path, { ...all, ...more }, body);
        expect(answer.status).toBe(status);
        expect(JSON.parse(answer.body)).toMatchObject({ status });
      }
    });

    it('when a result comes too late', async () => {
      const worker = { id: 'late', name: 'late', capabilities: { platforms: ['ios'] } };
      await api.expect('POST', '/api/workers/register', worker);
      const build = await new BuildClient(api.baseUrl, api.key).submit(await tarGz({ a: 'b' }));
      const fields = { worker_id: 'late', build_id: String(build.id), success: 'true' };
      const form = Buffer.concat([
        ...Object.entries(fields).map(([name, value]) =>
          Buffer.from(`--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
        ),
        Buffer.from('--b\r\ncontent-disposition: form-data; name="result"; filename="r"\r\n\r\n'),
        LARGE,
        Buffer.from('\r\n--b--\r\n'),
      ]);
      for (const connection of ['keep-alive', 'close', 'keep-alive', 'close', 'close']) {
        const headers = {
          ...key,
          connection,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': String(form.length),
        };
        const answer = await sendThenRead('POST', '/api/workers/result', headers, form);
        expect([answer.status, JSON.parse(answer.body)]).toMatchObject([409, { error: expect.any(String) }]);
      }
    });

    it('and goes on with the same connection', async () => {
      const http = await RawHttp.to(api.baseUrl);
      await http.sendHead('POST', '/api/v1/tasks', { 'content-length': String(MB) });
      await http.send(Buffer.alloc(MB));
      expect((await http.answer()).status).toBe(401);
      await http.sendHead('GET', '/api/v1/workspaces/door', key);
      expect((await http.answer()).status).toBe(200);
      http.end();
    });
  });

  describe('of a sender who asks first (Expect: 100-continue)', () => {
    const expecting = { expect: '100-continue', 'content-length': '2' };

    it('refuses the body before it comes', async () => {
      const http = await RawHttp.to(api.baseUrl);
      await http.sendHead('POST', '/api/v1/tasks', { ...expecting, 'content-type': 'application/json' });
      expect((await http.answer()).status).toBe(401);
      http.end();
    });

    it.each(['application/json', ''])('lets a body come that is read (%s)', async (type) => {
      const http = await RawHttp.to(api.baseUrl);
      await http.sendHead('POST', '/api/v1/tasks', {
        ...expecting,
        ...key,
        ...(type === '' ? {} : { 'content-type': type }),
      });
      expect((await http.answer()).status).toBe(100);
      await http.send('{}');
      expect((await http.answer()).status).toBe(400);
      http.end();
    });
  });

  it('ends a body that dribbles', async () => {
    const dribbles = [
      ['/api/v1/tasks', 'application/json'],
      ['/api/v1/sources', 'application/gzip'],
      ['/api/builds/submit', 'multipart/form-data; boundary=x'],
      ['/api/v1/workspaces/door/configurations', 'application/gzip'],
    ].map(async ([path = '', type = '']) => {
      // The beginning of what each of them takes: other bytes would be refused at once.
      const begin =
        type === 'application/gzip' ? gzipSync(randomBytes(2_000)) : Buffer.from('{'.repeat(2_000));
      let sent = 0;
      const http = await RawHttp.to(api.baseUrl);
      await http.sendHead('POST', path, {
        ...key,
        ...(type === '' ? {} : { 'content-type': type }),
        'content-length': '1000',
      });
      const timer = setInterval(() => {
        void http.send(begin.subarray(sent, sent + 1)).catch(() => undefined);
        sent += 1;
      }, 500);
      const { status, body } = await http.answer();
      clearInterval(timer);
      http.end();
      return [path, status, (JSON.parse(body) as { code: string }).code];
    });
    for (const dribble of dribbles) {
      const [path, status, code] = await dribble;
      expect([path, status, code]).toEqual([path, 408, 'BODY_TOO_SLOW']);
    }
  }, 90_000);

  describe('takes JSON within its bounds only', () => {
    const json = { 'content-type': 'application/json' };

    it.each<[string, string | Buffer, Record<string, string>, number, string]>([
      ['too large', Buffer.alloc(300 * 1024, ' '), json, 413, 'BODY_TOO_LARGE'],
      ['too deep', '['.repeat(30_000) + ']'.repeat(30_000), json, 400, 'JSON_OUT_OF_BOUNDS'],
      ['too many values', `[${'1,'.repeat(50_000)}1]`, json, 400, 'JSON_OUT_OF_BOUNDS'],
      ['cut off', '{"name": ', json, 400, 'MALFORMED_JSON'],
      ['not UTF-8', Buffer.from('{"name": "\xff"}', 'latin1'), json, 400, 'MALFORMED_JSON'],
      ['in another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }, 415, ''],
      ['compressed', gzipSync('{}'), { ...json, 'content-encoding': 'gzip' }, 415, ''],
      ['called something else', '{}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
      ['half a character', '{"name": "\\ud83d"}', json, 400, 'INVALID_REQUEST'],
      ['a zero', '{"name": "a\\u0000"}', json, 400, 'INVALID_REQUEST'],
    ])('and refuses what is %s', async (_what, body, headers, status, code) => {
      const answer = await api.call('POST', '/api/v1/workspaces', body, headers);
      expect(answer.status).toBe(status);
      expect(answer.body.code).toContain(code);
    });

    it('and answers many mistakes with few words', async () => {
      const fields = Array.from({ length: 15_000 }, (_, n) => `"field${n}":1`).join(',');
      const long = `"${'long'.repeat(10_000)}":1`;
      const answer = await api.call('POST', '/api/v1/workspaces', `{${fields}}`, json);
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(JSON.stringify(answer.body).length).toBeLessThan(8_000);
      expect(answer.body.detail).toContain('more');
      const other = await api.call('POST', '/api/v1/workspaces', `{${long}}`, json);
      expect(JSON.stringify(other.body).length).toBeLessThan(8_000);
    });

    it('and takes more where the operation says so', async () => {
      const value = '"\\\u00e4'.repeat(60_000);
      const answer = await api.call('PUT', '/api/v1/workspaces/door/variables/large', {
        value,
        category: 'terraform',
      });
      expect([answer.status, answer.body.value === value]).toEqual([200, true]);
    });
  });
});
