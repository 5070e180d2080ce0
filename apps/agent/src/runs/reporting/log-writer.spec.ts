import { describe, expect, it } from '@jest/globals';
import { Mask } from '@berth/masking';
import { createLogger } from '@berth/observability';
import type { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { LogWriter } from './log-writer.js';

const TARGET = { taskId: 'task', attempt: 1, phase: 'plan', mask: Mask.of(['a-secret-value']) } as const;
const MB = 1024 * 1024;

/** The api's side of one log: it keeps what comes, and is away for as many calls as the test says. */
class Api {
  content = Buffer.alloc(0);
  asked = 0;
  away = 0;
  failure = new ApiError('transient', 'API_UNREACHABLE', 'away');

  readonly client = {
    appendLog: async (_task: string, { offset }: { offset: number }, piece: Buffer) => {
      this.asked += 1;
      if (this.away > 0) {
        this.away -= 1;
        throw this.failure;
      }
      const fresh =
        offset > this.content.length
          ? piece.subarray(piece.length)
          : piece.subarray(this.content.length - offset);
      this.content = Buffer.concat([this.content, fresh]);
      return { nextOffset: this.content.length, stopRequested: null };
    },
  } as unknown as ApiClient;

  get text(): string {
    return this.content.toString('utf8');
  }
}

function writer(api: Api): LogWriter {
  const heard = { stop: () => undefined, stale: () => undefined };
  return new LogWriter(api.client, TARGET, createLogger('test', 'silent'), heard);
}

describe('the log of a run', () => {
  it('has its tail though the api is away when the run ends, and comes back later', async () => {
    const api = new Api();
    api.away = 3;
    const log = writer(api);
    log.line('the last words');
    expect(await log.close(() => 60_000)).toBe(0);
    expect(api.text).toBe('the last words\n');
  });

  it('does not keep the end of a run for ever, and says how much of it is lost', async () => {
    const api = new Api();
    api.away = Infinity;
    const log = writer(api);
    log.line('123456789');
    expect(await log.close(() => 300)).toBe(10);
  });

  it('is given up at once where the agent has to stop meanwhile', async () => {
    const api = new Api();
    api.away = Infinity;
    const log = writer(api);
    log.line('x');
    let patience = 600_000;
    const closed = log.close(() => patience);
    patience = 0;
    expect(await closed).toBe(2);
  });

  it('is given up at once where the api will never take it', async () => {
    const api = new Api();
    api.away = Infinity;
    api.failure = new ApiError('permanent', 'HTTP_400', 'no');
    const log = writer(api);
    log.line('x');
    expect(await log.close(() => 600_000)).toBe(2);
  });

  it('says how much is missing in its middle where the api was away for too long', async () => {
    const api = new Api();
    api.away = 1;
    const log = writer(api);
    for (let n = 0; n < 40; n += 1) {
      log.write('x'.repeat(MB));
    }
    expect(await log.close(() => 60_000)).toBe(0);
    expect(api.text.slice(0, 32 * MB)).toBe('x'.repeat(32 * MB));
    expect(api.text.slice(32 * MB)).toBe(
      '\n(8388608 bytes of the log are missing here: the api took none of it for too long)\n',
    );
  }, 30_000);

  it('goes on where it was after a gap', async () => {
    const api = new Api();
    api.away = 1;
    const log = writer(api);
    log.write('x'.repeat(32 * MB));
    log.write('lost');
    await log.close(() => 60_000);
    expect(api.text.slice(32 * MB)).toMatch(/^\n\(4 bytes of the log are missing here/);
  }, 30_000);

  it('goes on where the api has less of it than it had said', async () => {
    const api = new Api();
    const log = writer(api);
    log.line('first');
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (api.text !== '') {
          clearInterval(look);
          resolve();
        }
      }, 5);
    });
    api.content = Buffer.alloc(0);
    log.line('second');
    expect(await log.close(() => 60_000)).toBe(0);
    expect(api.text).toContain('second\n');
  });

  it('of an earlier process is gone on with behind its end, also where the api says only later where that is', async () => {
    const api = new Api();
    api.content = Buffer.from('of before\n');
    api.away = 2;
    const heard = { stop: () => undefined, stale: () => undefined };
    const log = await LogWriter.resume(api.client, TARGET, createLogger('test', 'silent'), heard);
    log.line('of now');
    expect(await log.close(() => 60_000)).toBe(0);
    expect(api.text).toBe('of before\nof now\n');
  });

  it('says no sensitive value, however it is written, and holds no other text back', async () => {
    const api = new Api();
    const log = writer(api);
    const [out, err] = [log.open(), log.open()];
    out.write('it is a-secr');
    err.write('between\n');
    out.write('et-value!\n');
    log.line('again: a-secret-value');
    out.end();
    out.write('what is a-s');
    await log.close(() => 60_000);
    expect(api.text).toBe('it is between\n***!\nagain: ***\nwhat is a-s');
  });

  it('shows what a process has said so far and stands at, but for the beginning of a value', async () => {
    const api = new Api();
    const log = writer(api);
    log.write('Are you sure? a-');
    await until(() => api.text.endsWith('a-'));
    log.write('secret-val');
    log.line('ley');
    await log.close(() => 60_000);
    expect(api.text).toBe('Are you sure? a-secret-valley\n');
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise(setImmediate);
  }
}
