import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { diskFailure } from '../failures/disk-failure.js';
import { TaskFailure } from '../failures/task-failure.js';

/** The certificate is what it is: another try sees the same one. */
const CERTIFICATE_FAULT = /CERT|ERR_TLS|UNABLE_TO_(VERIFY|GET_ISSUER)/;
const TRANSIENT_STATUS = [408, 425, 429];

/** Downloads a small file whole. */
export async function fetchSmall(url: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await receive(url, maxBytes, signal, (chunk) => {
    chunks.push(chunk);
  });
  return Buffer.concat(chunks);
}

/** Downloads into a new file; returns the SHA-256 of what came, in hexadecimal. */
export async function downloadFile(
  url: string,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash('sha256');
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await receive(url, maxBytes, signal, async (chunk) => {
        hash.update(chunk);
        await file.writeFile(chunk);
      });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskFailure(error, path);
  }
  return hash.digest('hex');
}

async function receive(
  url: string,
  maxBytes: number,
  signal: AbortSignal,
  onChunk: (chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  let size = 0;
  for await (const chunk of chunksOf(url, signal)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw TaskFailure.permanent(
        'ENGINE_DOWNLOAD_TOO_LARGE',
        `${shownUrl(url)} is larger than ${maxBytes} bytes`,
      );
    }
    await onChunk(Buffer.from(chunk));
  }
}

/** Only what the network throws passes through the catch: what a consumer throws ends the loop from outside. */
async function* chunksOf(url: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const response = await request(url, signal);
  try {
    yield* response.body ?? [];
  } catch (cause) {
    throw networkFailure(url, signal, cause);
  }
}

async function request(url: string, signal: AbortSignal): Promise<Response> {
  const { target, headers } = authorized(url);
  let response: Response;
  try {
    response = await fetch(target, { headers, signal });
  } catch (cause) {
    throw networkFailure(url, signal, cause);
  }
  if (response.ok) {
    return response;
  }
  await response.body?.cancel();
  const { status } = response;
  const answered = `${shownUrl(url)} answered ${status}`;
  if (status >= 500 || TRANSIENT_STATUS.includes(status)) {
    throw TaskFailure.transient('ENGINE_DOWNLOAD_FAILED', `${answered}; the download is tried again`);
  }
  if (status === 404 || status === 410) {
    throw TaskFailure.permanent(
      'ENGINE_NOT_FOUND',
      `${answered}: there is no such release, or the mirror lacks it`,
    );
  }
  throw TaskFailure.permanent('ENGINE_DOWNLOAD_REFUSED', answered);
}

function networkFailure(url: string, signal: AbortSignal, cause: unknown): unknown {
  if (signal.aborted) {
    return signal.reason;
  }
  const { code, message } = ((cause as Error | undefined)?.cause ?? cause) as NodeJS.ErrnoException;
  const what = `${shownUrl(url)} could not be downloaded (${code ?? message})`;
  if (CERTIFICATE_FAULT.test(code ?? '')) {
    return TaskFailure.permanent('ENGINE_TLS_INVALID', `${what}: the agent does not trust its certificate`, {
      cause,
    });
  }
  return TaskFailure.transient('ENGINE_DOWNLOAD_FAILED', `${what}; the download is tried again`, { cause });
}

/** fetch takes no credentials in a URL. They are not sent on to another host. */
function authorized(url: string): { target: URL; headers: Record<string, string> } {
  const target = new URL(url);
  const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
  target.username = '';
  target.password = '';
  const basic = Buffer.from(credentials).toString('base64');
  return { target, headers: credentials === ':' ? {} : { authorization: `Basic ${basic}` } };
}

/** A mirror's URL may carry a password or a signed query. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
