import createClient from 'openapi-fetch';
import { ApiProblem, problemOf } from './failures.js';
import type { Call, CallOptions, Method } from './operations.js';
import { pause } from './pause.js';
import { Watch } from './watch.js';

/** Parts of a request, unchecked: the types of the calls have checked them. */
interface LooseInit extends CallOptions {
  readonly params?: object;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | null>>;
}

export interface TransportOptions {
  readonly url: string;
  readonly key?: string;
  readonly organization?: string;
  readonly timeoutMs: number;
  readonly patienceMs?: number;
}

type Send = (
  method: Method,
  path: string,
  init: object,
) => Promise<{ readonly response: Response; readonly error?: unknown }>;

const SHORTEST_WAIT_MS = 250;

/** Sends with the key and in time, and tells a success from what is none. */
export class Transport {
  private readonly send: Send;
  private readonly timeoutMs: number;
  private readonly patienceMs: number;

  /** @throws TypeError where the url is none */
  constructor({ url, key, organization, timeoutMs, patienceMs = 0 }: TransportOptions) {
    this.timeoutMs = timeoutMs;
    this.patienceMs = patienceMs;
    const client = createClient({
      baseUrl: new URL(url).href,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(organization === undefined ? {} : { 'berth-organization': organization }),
      },
      bodySerializer: (body: unknown) => (isRaw(body) ? body : JSON.stringify(body)),
    });
    this.send = client.request as unknown as Send;
  }

  /** The calls of one method, with their types. */
  callsBy<M extends Method>(method: M): Call<M> {
    const call = async (path: string, { timeoutMs = this.timeoutMs, signal, ...init }: LooseInit = {}) => {
      const watch = new Watch(callName(method, path), timeoutMs, signal);
      return watch.during(async () =>
        readAnswer(await this.open(method, path, { ...init, signal: watch.signal })),
      );
    };
    return call as Call<M>;
  }

  /** An answer whose body is still to be read. @throws ApiProblem */
  async open(method: Method, path: string, init: LooseInit): Promise<Response> {
    for (let left = this.patienceMs; ;) {
      try {
        return await this.openOnce(method, path, init);
      } catch (error) {
        const wait = error instanceof ApiProblem && error.status === 429 ? error.retryAfterMs : undefined;
        if (wait === undefined || wait > left) {
          throw error;
        }
        // One that asks to be called again at once would be called without end.
        const waited = Math.max(wait, SHORTEST_WAIT_MS);
        left -= waited;
        await pause(waited, init.signal);
      }
    }
  }

  private async openOnce(
    method: Method,
    path: string,
    { body, headers, ...init }: LooseInit,
  ): Promise<Response> {
    const { response, error } = await this.send(method, path, {
      ...init,
      ...(body === undefined ? {} : { body }),
      // Raw bytes say their type themselves, and a form the boundary between its parts.
      headers: { ...(isRaw(body) ? { 'content-type': null } : {}), ...headers },
      parseAs: 'stream',
    });
    if (!response.ok) {
      throw problemOf(callName(method, path), response, error);
    }
    return response;
  }
}

/** What a call is called in messages: without what was put into its path. */
export function callName(method: Method, path: string): string {
  return `${method.toUpperCase()} ${path}`;
}

function isRaw(body: unknown): body is Blob | FormData {
  return body instanceof Blob || body instanceof FormData;
}

async function readAnswer(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/([\w.+-]+\+)?json\b/.test(type)) {
    return JSON.parse(await response.text());
  }
  if (type.startsWith('text/')) {
    return response.text();
  }
  const blob = await response.blob();
  return blob.size === 0 && type === '' ? undefined : blob;
}
