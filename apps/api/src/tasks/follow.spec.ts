import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { logOffset } from '@berth/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { follow, goOnAfter } from './follow.js';

const PIECE = 128 * 1024;
/** More than the buffers of both sockets together can hold. */
const LOG = Buffer.alloc(48 * 1024 * 1024, 'all work and no play, ');

describe('a follower', () => {
  let server: Server;
  let port: number;
  /** What was read for followers, in bytes. */
  let looked: number;
  let cutOff: Promise<void>;
  /** Short for the one that does not read; one that reads may be slow on a busy machine. */
  let stalledMs: number;

  beforeEach(async () => {
    looked = 0;
    stalledMs = 20_000;
    let tell = (): void => undefined;
    cutOff = new Promise((resolve) => {
      tell = resolve;
    });
    server = createServer((request, response) => {
      let offset = goOnAfter(logOffset, String(request.headers['last-event-id'] ?? '')) ?? 0;
      const look = async () => {
        const text = LOG.subarray(offset, offset + PIECE).toString('utf8');
        offset += text.length;
        looked += text.length;
        const ended = offset >= LOG.length;
        return { messages: [{ event: 'log', id: String(offset), data: { text } }], ended, more: !ended };
      };
      void follow(Object.assign(response, { req: request }) as unknown as Response, look, stalledMs).then(
        tell,
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  function asks(lastEventId: string): Socket {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `GET / HTTP/1.1\r\nhost: test\r\nlast-event-id: ${lastEventId}\r\nconnection: close\r\n\r\n`,
    );
    return socket;
  }

  /** All that is sent, up to the connection's end. */
  async function read(socket: Socket): Promise<string> {
    const pieces: Buffer[] = [];
    socket.on('data', (piece: Buffer) => pieces.push(piece));
    socket.resume();
    await new Promise((resolve) => {
      socket.once('close', resolve);
    });
    // Without the lengths of the chunks.
    return Buffer.concat(pieces)
      .toString('utf8')
      .replaceAll(/\r\n[0-9a-f]+\r\n/g, '');
  }

  /** Of the events that have arrived whole. */
  function told(stream: string): { text: string; last: string } {
    const events = [...stream.matchAll(/id: (\d+)\nevent: log\ndata: (.*)\n\n/g)];
    const text = events.map(([, , data = '']) => (JSON.parse(data) as { text: string }).text).join('');
    return { text, last: events.at(-1)?.[1] ?? '' };
  }

  it('that does not read is cut off, and goes on where it was without a loss', async () => {
    stalledMs = 100;
    const lazy = asks('');
    lazy.pause();
    await cutOff;
    stalledMs = 20_000;
    expect(looked).toBeLessThan(LOG.length / 2);
    const before = told(await read(lazy));
    expect(before.text.length).toBeGreaterThan(0);
    const stream = await read(asks(before.last));
    expect(stream.includes('event: end')).toBe(true);
    expect(Buffer.from(before.text + told(stream).text).equals(LOG)).toBe(true);
  });

  it('that reads gets all of it', async () => {
    const stream = await read(asks(''));
    expect(Buffer.from(told(stream).text).equals(LOG)).toBe(true);
  });
});
