import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { DoorEntry } from './door-messages.js';
import { holdsConnection } from './peer-process.js';
import { relay } from './relay.js';

export interface DoorListener {
  /** Another process of the run has knocked; told once. */
  readonly refused: (path: string) => void;
  /** Done before terraform gets the state, of an entry that asks for it. */
  readonly beforeRead: (path: string) => Promise<void>;
  readonly warn: (text: string) => void;
}

const HOST = '127.0.0.1';
/** Terraform may ask before the agent has told its number. */
const PROCESS_MS = 2_000;
const LOOK_MS = 20;

/** Lets each run's terraform to the run's state, and nobody else. */
export class DoorServer {
  private readonly entries = new Map<string, DoorEntry>();
  private readonly told = new Set<string>();
  /** Of each connection, whose it is, once that was looked up. */
  private readonly known = new WeakMap<Socket, Promise<boolean | null>>();
  private readonly server: Server;

  constructor(private readonly listener: DoorListener) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        listener.warn(`a state could not be passed on: ${String(error)}`);
        // What terraform makes of it: the state cannot be had now, once more.
        if (response.headersSent) {
          response.destroy();
        } else {
          response.writeHead(502).end();
        }
      });
    });
  }

  /** Gives the port. @throws Error where it cannot be had */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, HOST, () => {
        this.server.off('error', reject);
        this.server.on('error', (error) => {
          this.listener.warn(`the door to states: ${error.message}`);
        });
        resolve();
      });
    });
    return this.port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  admit(entry: DoorEntry): void {
    this.entries.set(entry.path, entry);
  }

  remove(path: string): void {
    this.entries.delete(path);
    this.told.delete(path);
  }

  get admitted(): readonly DoorEntry[] {
    return [...this.entries.values()];
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, path = ''] = (request.url ?? '').split(/[/?]/);
    if (!this.entries.has(path)) {
      response.writeHead(404).end();
      return;
    }
    const known = this.known.get(request.socket) ?? this.isTerraforms(request.socket, path);
    this.known.set(request.socket, known);
    const isTerraforms = await known;
    if (isTerraforms === null) {
      this.known.delete(request.socket);
      // It asks once more: its agent stands still, or the machine has much to do.
      response
        .writeHead(503, { 'content-type': 'text/plain' })
        .end('the agent has not told yet which process is terraform\n');
      return;
    }
    if (!isTerraforms) {
      this.tellOnce(path);
      response
        .writeHead(403, { 'content-type': 'text/plain' })
        .end('only terraform itself gets the state here\n');
      return;
    }
    const entry = this.entries.get(path);
    if (entry === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (request.method === 'GET' && entry.asksBeforeRead) {
      await this.listener.beforeRead(path);
    }
    await relay(request, response, entry);
  }

  private tellOnce(path: string): void {
    if (!this.told.has(path)) {
      this.told.add(path);
      this.listener.refused(path);
    }
  }

  /** Null where the agent has not told in time which process is. */
  private async isTerraforms({ remotePort = 0 }: Socket, path: string): Promise<boolean | null> {
    const deadline = performance.now() + PROCESS_MS;
    const asking = (): number | null => this.entries.get(path)?.pid ?? null;
    while (asking() === null && performance.now() < deadline) {
      await wait(LOOK_MS);
    }
    const pid = asking();
    if (pid === null || process.platform !== 'linux') {
      return pid === null ? null : true;
    }
    return holdsConnection(pid, { clientPort: remotePort, serverPort: this.port });
  }
}
