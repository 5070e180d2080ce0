import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApiCaller, type Answer } from '../../test/support/api-caller.js';

/** All that simulate agents and people, at once. */
const CONNECTIONS = new Agent({ keepAlive: true, maxSockets: 1_000 });
const LIMIT_MS = 60_000;

/** Calls over kept connections and without `fetch`, whose own work would be a good part of what is measured. */
export class LeanCaller extends ApiCaller {
  override async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const content =
      body === undefined || body instanceof Buffer || typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request(
        new URL(path, this.baseUrl),
        {
          method,
          agent: CONNECTIONS,
          timeout: LIMIT_MS,
          headers: {
            authorization: `Bearer ${this.key}`,
            ...(content === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
            ...headers,
          },
        },
        (response) => {
          text(response).then((said) => {
            const isJson = /[/+]json\b/.test(response.headers['content-type'] ?? '');
            resolve({
              status: response.statusCode ?? 0,
              body: isJson && said !== '' ? (JSON.parse(said) as unknown) : said,
              headers: new Headers(),
            });
          }, reject);
        },
      );
      call.on('timeout', () => call.destroy(new Error(`${method} ${path}: no answer in ${LIMIT_MS} ms`)));
      call.on('error', reject);
      call.end(content);
    });
  }
}
