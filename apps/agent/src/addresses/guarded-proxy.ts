import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  request as ask,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { DeadlineExceeded } from '@berth/process';
import { AddressRefused, pinnedTo, type AllowedAddresses } from './allowed-addresses.js';

const CONNECT_MS = 30_000;
const USER = 'berth';
/** Of one hop, and not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade'];
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\n\r\n';
const UNKNOWN = 'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n';

/**
 * The way out of a program that follows redirects and asks the resolver itself: an HTTP proxy on the loopback, for as long as
 * the program runs, that connects to nothing but what it has checked. Only who knows its password may use it: other runs of
 * the machine may have been closed in by its firewall.
 */
export class GuardedProxy {
  private readonly server: Server;
  private readonly authorization: Buffer;
  private readonly password = randomBytes(24).toString('base64url');
  private readonly sockets = new Set<Duplex>();
  private last: Error | null = null;

  private constructor(private readonly allowed: AllowedAddresses) {
    this.authorization = Buffer.from(`Basic ${Buffer.from(`${USER}:${this.password}`).toString('base64')}`);
    this.server = createServer((request, response) => {
      void this.forward(request, response);
    });
    this.server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
      void this.tunnel(request, client, head);
    });
    this.server.on('connection', (socket) => {
      this.keep(socket);
    });
    this.server.on('clientError', (_error, socket) => {
      socket.destroy();
    });
    // A connection that could not be taken: whoever wanted it hears of that.
    this.server.on('error', (error) => {
      this.last = error;
    });
  }

  static async open(allowed: AllowedAddresses): Promise<GuardedProxy> {
    const proxy = new GuardedProxy(allowed);
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  /** With user and password in it. */
  get url(): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://${USER}:${this.password}@127.0.0.1:${port}`;
  }

  get secret(): string {
    return this.password;
  }

  /** Why the last try to get out failed, of which the program was only told that it did. */
  get trouble(): Error | null {
    return this.last;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }

  private keep<T extends Duplex>(socket: T): T {
    this.sockets.add(socket);
    return socket
      .on('error', () => socket.destroy())
      .on('close', () => {
        this.sockets.delete(socket);
      });
  }

  /** CONNECT: bytes of any kind to one address. */
  private async tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const target = targetOf(`connect://${request.url ?? ''}`);
    if (target === null || !this.knows(request)) {
      client.end(target === null ? BAD_REQUEST : UNKNOWN);
      return;
    }
    try {
      const host = await this.connection(target);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      host.write(head);
      pipeline(client, host, () => undefined);
      pipeline(host, client, () => undefined);
    } catch (error) {
      client.end(`HTTP/1.1 ${this.note(target, error)} Not Connected\r\n\r\n`);
    }
  }

  /** A request with a whole address: plain HTTP. */
  private async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = targetOf(request.url ?? '');
    if (target?.protocol !== 'http:' || !this.knows(request)) {
      response.writeHead(this.knows(request) ? 400 : 407).end();
      return;
    }
    try {
      const lookup = pinnedTo(await this.allowed.resolve(target.hostname));
      const headers = headersOf(request);
      const sent = ask(target, { method: request.method, headers, lookup, agent: false });
      // Behind the answer's beginning nobody else hears it.
      sent.on('error', () => undefined);
      pipeline(request, sent, () => undefined);
      // As long as it takes: the proxy ends with the program, which has a deadline.
      const [answer] = (await once(sent, 'response')) as [IncomingMessage];
      this.last = null;
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => undefined);
    } catch (error) {
      response.writeHead(this.note(target, error)).end();
    }
  }

  private async connection({ hostname, port }: URL): Promise<Socket> {
    const found = await this.allowed.resolve(hostname);
    const host = this.keep(connect({ host: hostname, port: Number(port), lookup: pinnedTo(found) }));
    try {
      await once(host, 'connect', { signal: AbortSignal.timeout(CONNECT_MS) });
    } catch (error) {
      host.destroy();
      throw error;
    }
    this.last = null;
    return host;
  }

  private knows({ headers }: IncomingMessage): boolean {
    const given = Buffer.from(headers['proxy-authorization'] ?? '');
    return given.length === this.authorization.length && timingSafeEqual(given, this.authorization);
  }

  /** Gives the status that says it. */
  private note({ hostname, port }: URL, error: unknown): number {
    this.last =
      error instanceof AddressRefused ? error : new Error(wordsOf(hostname, port, error), { cause: error });
    return error instanceof AddressRefused ? 403 : 502;
  }
}

function wordsOf(host: string, port: string, error: unknown): string {
  const { code = 'no answer', syscall } = error as NodeJS.ErrnoException;
  return syscall === 'getaddrinfo' || error instanceof DeadlineExceeded
    ? `could not resolve host ${host} (${code})`
    : `failed to connect to ${host}${port === '' ? '' : ` port ${port}`} (${code})`;
}

function targetOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function headersOf({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}
