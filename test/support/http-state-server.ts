import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StateRequest {
  readonly method: string;
  readonly path: string;
  readonly password: string;
}

/** What terraform's `http` backend speaks, in memory: one state and one lock for each path. */
export class HttpStateServer {
  readonly requests: StateRequest[] = [];
  readonly states = new Map<string, string>();
  readonly locks = new Map<string, string>();
  /** The passwords that are accepted; any user name is. */
  readonly passwords = new Set<string>();
  /** Answers a method with this status instead. */
  readonly faults = new Map<string, number>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void readBody(request).then((body) => {
        this.answer(request, body, response);
      });
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
    const method = request.method ?? '';
    const path = new URL(request.url ?? '', 'http://x').pathname;
    const password = passwordOf(request);
    this.requests.push({ method, path, password });
    const fault = this.faults.get(method);
    if (!this.passwords.has(password)) {
      response.writeHead(401).end();
    } else if (fault !== undefined) {
      response.writeHead(fault).end();
    } else {
      this.serve(method, path, body, response);
    }
  }

  private serve(method: string, path: string, body: string, response: ServerResponse): void {
    const held = this.locks.get(path);
    switch (method) {
      case 'GET': {
        const state = this.states.get(path);
        response.writeHead(state === undefined ? 204 : 200).end(state);
        return;
      }
      case 'POST':
        this.states.set(path, body);
        response.writeHead(200).end();
        return;
      case 'LOCK':
        if (held === undefined) {
          this.locks.set(path, body);
        }
        response.writeHead(held === undefined ? 200 : 423).end(held);
        return;
      case 'UNLOCK':
        this.locks.delete(path);
        response.writeHead(200).end();
        return;
      default:
        response.writeHead(405).end();
    }
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function passwordOf(request: IncomingMessage): string {
  const encoded = (request.headers.authorization ?? '').replace(/^Basic /, '');
  return Buffer.from(encoded, 'base64').toString('utf8').split(':').slice(1).join(':');
}
