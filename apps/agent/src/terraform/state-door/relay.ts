import { request as overHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as overHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';

/** Where a state really is, and what opens it. */
export interface StateTarget {
  readonly address: string;
  /** Of the run. */
  readonly token: string;
}

/** Between two pieces of a request or of its answer; a state has some megabytes. */
const SILENCE_MS = 300_000;
const PASSED_ON = ['content-type', 'content-md5', 'content-length', 'transfer-encoding'];
const PASSED_BACK = ['content-type', 'content-md5', 'content-length', 'retry-after'];
const USER = 'berth';

/**
 * Passes a request on with the run's token, whatever the request itself shows, and its answer back, while they arrive.
 * @throws where the other side cannot be reached or falls silent
 */
export async function relay(
  request: IncomingMessage,
  response: ServerResponse,
  { address, token }: StateTarget,
): Promise<void> {
  const target = new URL(address);
  target.search = new URL(request.url ?? '/', 'http://door').search;
  const send = target.protocol === 'https:' ? overHttps : overHttp;
  const upstream = send(target, {
    method: request.method ?? 'GET',
    headers: {
      ...Object.fromEntries(
        PASSED_ON.flatMap((name) =>
          request.headers[name] === undefined ? [] : [[name, request.headers[name]]],
        ),
      ),
      authorization: `Basic ${Buffer.from(`${USER}:${token}`).toString('base64')}`,
    },
  });
  upstream.setTimeout(SILENCE_MS, () => {
    upstream.destroy(new Error(`the api was silent for ${SILENCE_MS / 1_000} s`));
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.on('error', reject);
  });
  // A request that the api does not read to its end is answered all the same.
  const sent = pipeline(request, upstream).catch(() => undefined);
  const answer = await answered;
  for (const name of PASSED_BACK) {
    const value = answer.headers[name];
    if (value !== undefined) {
      response.setHeader(name, value);
    }
  }
  response.writeHead(answer.statusCode ?? 502);
  await pipeline(answer, response);
  await sent;
}
