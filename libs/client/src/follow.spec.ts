import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AnsweringServer, json } from '../../../test/support/answering-server.js';
import { ApiProblem, connect, Unreachable, type Client, type FollowOptions } from './index.js';

const LOG = '/api/v1/tasks/{id}/logs';
const OF_TASK = { params: { path: { id: 't1' }, query: { phase: 'plan' } } } as const;
const END = 'event: end\ndata: {}\n\n';

let server: AnsweringServer;
let client: Client;

beforeAll(async () => {
  server = await AnsweringServer.start();
  client = connect({ url: server.url, key: 'k'.repeat(32) });
});

afterAll(async () => {
  await server.stop();
});

const piece = (offset: number, text: string): string =>
  `id: ${offset + Buffer.byteLength(text)}\nevent: log\ndata: ${JSON.stringify({ offset, text })}\n\n`;

function begin(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
}

/** Breaks the connection once all of this has been sent. */
const thenCut =
  (...chunks: (string | Buffer)[]) =>
  (response: ServerResponse): void => {
    begin(response).write(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))), () =>
      response.socket?.resetAndDestroy(),
    );
  };

const whole =
  (text: string) =>
  (response: ServerResponse): void => {
    begin(response).end(text);
  };

async function textOf(options: Omit<FollowOptions<typeof LOG>, 'params'> = {}): Promise<string> {
  let text = '';
  for await (const { data } of client.follow(LOG, { ...OF_TASK, ...options })) {
    text += data.text;
  }
  return text;
}

const places = (): (string | string[] | undefined)[] =>
  server.received.map(({ headers }) => headers['last-event-id'] as string | undefined);

describe('following a stream', () => {
  it('gives each event once, to the end', async () => {
    server.answer(whole(`: here\n\n${piece(0, 'one\n')}${piece(4, 'two\n')}${END}`));
    const events = [];
    for await (const event of client.follow(LOG, OF_TASK)) {
      events.push(event);
    }
    expect(events).toEqual([
      { event: 'log', id: '4', data: { offset: 0, text: 'one\n' } },
      { event: 'log', id: '8', data: { offset: 4, text: 'two\n' } },
    ]);
    expect(server.received).toMatchObject([
      { path: '/api/v1/tasks/t1/logs?phase=plan', headers: { accept: 'text/event-stream' } },
    ]);
  });

  it('goes on behind the last whole event when the connection breaks, and when it ends too early', async () => {
    server.answer(
      thenCut(piece(0, 'one\n'), piece(4, 'two\n').slice(0, -1)),
      whole(piece(4, 'two\n')),
      whole(piece(8, 'three\n') + END),
    );
    expect(await textOf()).toBe('one\ntwo\nthree\n');
    expect(places()).toEqual([undefined, '4', '8']);
  });

  it('begins where it is told to', async () => {
    server.answer(whole(END));
    expect(await textOf({ lastEventId: '17' })).toBe('');
    expect(places()).toEqual(['17']);
  });

  it('reads characters whose bytes come one by one', async () => {
    const bytes = Buffer.from(piece(0, 'Ärger 🐚') + END);
    server.answer((response) => {
      begin(response);
      const send = (at: number): void => {
        response.write(bytes.subarray(at, at + 1), () => {
          if (at + 1 < bytes.length) {
            setImmediate(send, at + 1);
          } else {
            response.end();
          }
        });
      };
      send(0);
    });
    expect(await textOf()).toBe('Ärger 🐚');
  });

  it('asks again where the api is busy, when it wants to be asked', async () => {
    const busy = json(
      503,
      { status: 503, code: 'DATABASE_UNAVAILABLE', detail: 'soon' },
      { 'retry-after': '1' },
    );
    server.answer(busy, whole(piece(0, 'late') + END));
    const begun = Date.now();
    expect(await textOf()).toBe('late');
    expect(Date.now() - begun).toBeGreaterThan(950);
    expect(server.received).toHaveLength(2);
  });

  it('makes a connection again on which nothing is heard any more', async () => {
    server.answer(
      (response) => begin(response).write(piece(0, 'one')),
      () => undefined,
      whole(piece(3, ' two') + END),
    );
    expect(await textOf({ silenceMs: 500 })).toBe('one two');
    expect(places()).toEqual([undefined, '3', '3']);
  });

  it('ends at once where the api refuses for good', async () => {
    server.answer(json(404, { status: 404, code: 'NOT_FOUND', detail: 'there is no task t1' }));
    await expect(textOf()).rejects.toBeInstanceOf(ApiProblem);
    expect(server.received).toHaveLength(1);
  });

  it('gives up when its patience is at an end', async () => {
    server.answer(thenCut(''));
    await expect(textOf({ patienceMs: 300 })).rejects.toBeInstanceOf(Unreachable);
    expect(server.received.length).toBeGreaterThan(1);
  });

  it('ends with the reason of its signal', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    server.answer((response) => begin(response).write(piece(0, 'one')));
    const reading = (async () => {
      for await (const { id } of client.follow(LOG, { ...OF_TASK, signal: stop.signal })) {
        expect(id).toBe('3');
        stop.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });

  it('closes its connection when nobody reads on', async () => {
    const closed = new Promise<void>((resolve) => {
      server.answer((response) => {
        begin(response).write(piece(0, 'one'));
        void once(response, 'close').then(() => {
          resolve();
        });
      });
    });
    for await (const { data } of client.follow(LOG, OF_TASK)) {
      expect(data.text).toBe('one');
      break;
    }
    await closed;
  });
});
