import { createServer, request as httpRequest, type ClientRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@berth/observability';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { ProblemError } from '../problems/problem-error.js';
import { BodiesInFlight, roomForAnswer } from './bodies-in-flight.js';
import { readBody } from './read-body.js';

const MB = 1024 * 1024;

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
}

describe('large bodies in flight', () => {
  let server: Server;
  let port: number;
  let metrics: Metrics;
  let bodies: BodiesInFlight;
  /** Ends the requests that hold what they have taken. */
  let goOn: () => void;

  beforeEach(async () => {
    metrics = new Metrics('api');
    bodies = new BodiesInFlight({ maxBytes: 2 * MB, metrics, waitMs: 100 });
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const app = express();
    app.use(bodies.watch);
    app.put('/held', async (request, response) => {
      await readBody(request, { what: 'a body', maxMb: 10 });
      await held;
      response.status(204).end();
    });
    app.put('/taken', async (request, response) => {
      const body = await readBody(request, { what: 'a body', maxMb: 10 });
      await roomForAnswer(2 * MB);
      response.status(200).json({ bytes: body.length });
    });
    app.get('/answer', async (_request, response) => {
      await roomForAnswer(2 * MB);
      response.status(200).send(Buffer.alloc(10));
    });
    app.use((error: ProblemError, _request: Request, response: Response, _next: NextFunction) => {
      response.status(error.status).setHeader('retry-after', String(error.retryAfter));
      response.json({ code: error.code });
    });
    server = createServer(app);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
  });

  afterEach(() => {
    goOn();
    server.closeAllConnections();
    server.close();
  });

  function open(method: string, path: string, headers: Record<string, string | number>) {
    let sent: ClientRequest | undefined;
    const answer = new Promise<Answer>((resolve, reject) => {
      sent = httpRequest({ port, method, path, headers, agent: false }, (response) => {
        response.resume();
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        });
      });
      sent.once('error', reject);
      sent.flushHeaders();
    });
    answer.catch(() => undefined);
    return { request: sent!, answer };
  }

  const put = (path: string, bytes: number) => {
    const { request, answer } = open('PUT', path, { 'content-length': bytes });
    request.end(Buffer.alloc(bytes));
    return answer;
  };

  async function scraped(name: string): Promise<number> {
    const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(`${name}{`));
    return Number(line?.split(' ').at(-1));
  }

  /** One that is sent slowly: it holds room for all that it has announced. */
  async function arriving(bytes: number): Promise<{ request: ClientRequest; answer: Promise<Answer> }> {
    const before = await scraped('berth_bodies_in_flight_bytes');
    const sending = open('PUT', '/held', { 'content-length': bytes });
    while ((await scraped('berth_bodies_in_flight_bytes')) === before) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    return sending;
  }

  it('are bounded: who finds no room is asked to come again, and is taken when there is', async () => {
    const first = await arriving(1.5 * MB);
    expect(await put('/taken', MB)).toEqual({ status: 503, retryAfter: '5' });
    expect(await scraped('berth_bodies_refused_total')).toBe(1);
    expect(await scraped('berth_bodies_in_flight_bytes')).toBe(1.5 * MB);
    first.request.end(Buffer.alloc(1.5 * MB));
    goOn();
    expect((await first.answer).status).toBe(204);
    expect((await put('/taken', MB)).status).toBe(200);
  });

  it('wait for their turn while others end', async () => {
    const first = await arriving(2 * MB);
    const second = put('/held', 2 * MB);
    first.request.destroy();
    goOn();
    expect((await second).status).toBe(204);
  });

  it('that are larger than the bound go alone', async () => {
    goOn();
    expect((await put('/held', 5 * MB)).status).toBe(204);
    const first = await arriving(300 * 1024);
    expect((await put('/held', 5 * MB)).status).toBe(503);
    first.request.destroy();
  });

  it('that are small are let by', async () => {
    goOn();
    const first = await arriving(5 * MB);
    expect((await put('/held', 1_000)).status).toBe(204);
    first.request.destroy();
  });

  it('that nobody has announced count for what they turn out to be', async () => {
    const first = open('PUT', '/held', { 'transfer-encoding': 'chunked' });
    first.request.end(Buffer.alloc(300 * 1024));
    while ((await scraped('berth_bodies_in_flight_bytes')) !== 300 * 1024) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    goOn();
    expect((await first.answer).status).toBe(204);
  });

  it('of answers count as well, and not against who holds room already', async () => {
    const first = await arriving(2 * MB);
    expect((await open('GET', '/answer', {}).answer).status).toBe(503);
    first.request.destroy();
    expect((await put('/taken', 2 * MB)).status).toBe(200);
  });
});
