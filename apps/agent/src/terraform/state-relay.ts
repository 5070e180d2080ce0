import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export interface StateRelaySettings {
  /** Where the state really is. */
  readonly target: string;
  /** Done before terraform gets the state: it has read the backend of the configuration by then, and nothing else. */
  readonly beforeRead: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Of one request; a state has some megabytes. */
const DEADLINE_MS = 300_000;
const PASSED_ON = ['authorization', 'content-type', 'content-md5'];
const PASSED_BACK = ['content-type', 'content-md5'];

/**
 * Stands between one plan and its state. Terraform reads a root module twice: first for its backend, then, when it has
 * the state, for everything else. Between the two the relay lets the agent take its backend override away, so that what
 * a configuration reads of its own folder is what lies in the repository (terraform 1.11.4, `terraform-backend.spec`).
 * An apply needs none: its plan names the backend.
 */
export class StateRelay {
  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async open(settings: StateRelaySettings): Promise<StateRelay> {
    const server = createServer((request, response) => {
      relay(request, response, settings).catch(() => {
        // What terraform makes of it: the state cannot be had now, once more.
        if (response.headersSent) {
          response.destroy();
        } else {
          response.writeHead(502).end();
        }
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    server.on('error', () => undefined);
    const { port } = server.address() as AddressInfo;
    return new StateRelay(server, `http://127.0.0.1:${port}/state`);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }
}

async function relay(
  request: IncomingMessage,
  response: ServerResponse,
  { target, beforeRead, signal }: StateRelaySettings,
): Promise<void> {
  const method = request.method ?? 'GET';
  const body = await buffer(request);
  if (method === 'GET') {
    await beforeRead();
  }
  const answer = await fetch(target + new URL(request.url ?? '', 'http://relay').search, {
    method,
    headers: PASSED_ON.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value] as [string, string]] : [];
    }),
    ...(body.length === 0 ? {} : { body }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
  });
  for (const name of PASSED_BACK) {
    const value = answer.headers.get(name);
    if (value !== null) {
      response.setHeader(name, value);
    }
  }
  response.writeHead(answer.status);
  if (answer.body === null) {
    response.end();
    return;
  }
  await pipeline(Readable.fromWeb(answer.body), response);
}
