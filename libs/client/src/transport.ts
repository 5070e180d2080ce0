import createClient from 'openapi-fetch';
import { problemOf } from './failures.js';
import type { Call, CallOptions, Method } from './operations.js';
import { Watch } from './watch.js';

/** Parts of a request, unchecked: the types of the calls have checked them. */
interface LooseInit extends CallOptions {
  readonly params?: object;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | null>>;
}

type Send = (
  method: Method,
  path: string,
  init: object,
) => Promise<{ readonly response: Response; readonly error?: unknown }>;

/** Sends with the key and in time, and tells a success from what is none. */
export class Transport {
  private readonly send: Send;

  /** @throws TypeError where the url is none */
  constructor(
    url: string,
    key: string | undefined,
    private readonly timeoutMs: number,
  ) {
    const client = createClient({
      baseUrl: new URL(url).href,
      ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
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
  async open(method: Method, path: string, { body, headers, ...init }: LooseInit): Promise<Response> {
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
