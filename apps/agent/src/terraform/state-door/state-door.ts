import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { writeDurably } from '../../disk/durable-file.js';
import { IDENTITY, type Identity } from '../../identity.js';
import { holdsConnection } from './peer-process.js';
import { relay, type StateTarget } from './relay.js';

/** Whose state somebody asks for, and who may ask. */
export interface DoorEntry extends StateTarget {
  /** Nobody guesses it: 128 bits. */
  readonly path: string;
  /** The process whose own connections are let in: terraform's. Null while none runs. */
  readonly pid: () => number | null;
  /** Told once, when another process has knocked. */
  readonly refused: () => void;
}

/** The way of one run to its state. */
export interface DoorRoute {
  /** For terraform's http backend. */
  readonly address: string;
  readonly path: string;
  /** Done before terraform gets the state: it has read the backend of the configuration by then, and nothing else. */
  beforeRead: (() => Promise<void>) | null;
  close(): void;
}

const HOST = '127.0.0.1';
const FILE = 'state-door.json';
const Kept = z.object({ port: z.int().min(1).max(65_535) });
/** Below those that systems give away by themselves, so that a process of the agent that comes back finds its own. */
const [FIRST_PORT, LAST_PORT] = [10_240, 32_767];
const TRIES = 50;
const PROCESS_MS = 2_000;
const LOOK_MS = 20;

/**
 * Stands between each run and its state, on loopback. Terraform knows an address and no token, so no provider, provisioner
 * or other backend of the run inherits one, and no other host or proxy of the workspace's sees it; and of all processes of
 * the run only terraform itself is let in. The address stays the same when the agent is started again: an apply that has
 * outlived its agent finds the door there, and waits some two minutes for it.
 *
 * Terraform reads a root module twice: first for its backend, then, when it has the state, for everything else. Between the
 * two the agent takes its backend override away (`beforeRead`), so that what a configuration reads of its own folder is what
 * lies in the repository (terraform 1.11.4, `terraform-backend.spec`).
 */
@Injectable()
export class StateDoor {
  private readonly entries = new Map<string, DoorEntry & { readonly route: DoorRoute }>();
  private readonly server: Server;
  /** Of each connection, whose it is, once that was looked up. */
  private readonly known = new WeakMap<Socket, Promise<boolean>>();
  private readonly told = new Set<string>();
  private port = 0;

  constructor(
    @Inject(IDENTITY) private readonly identity: Pick<Identity, 'home'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        this.logger.warn(`a state could not be passed on: ${String(error)}`);
        // What terraform makes of it: the state cannot be had now, once more.
        if (response.headersSent) {
          response.destroy();
        } else {
          response.writeHead(502).end();
        }
      });
    });
  }

  /** Before the first run, and before an apply of an earlier process goes on. @throws Error where no port is free */
  async open(): Promise<void> {
    const file = join(this.identity.home, FILE);
    const kept = Kept.safeParse(await readFile(file, 'utf8').then(JSON.parse, () => null));
    for (let tries = 0; tries < TRIES; tries += 1) {
      const port = tries === 0 && kept.success ? kept.data.port : randomInt(FIRST_PORT, LAST_PORT);
      if (await this.listensOn(port)) {
        break;
      }
      if (tries === 0 && kept.success) {
        this.logger.warn(
          { port },
          'the port of this agent’s door to states is taken: an apply that goes on cannot save its state',
        );
      }
    }
    if (!this.server.listening) {
      throw new Error(`no port of ${HOST} is free for the states of runs`);
    }
    this.port = (this.server.address() as AddressInfo).port;
    this.server.on('error', (error) => {
      this.logger.error(`the door to states: ${error.message}`);
    });
    await writeDurably(file, JSON.stringify({ port: this.port }));
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  /** Lets one run in. @param entry its path is a new one where none is given */
  admit(entry: Omit<DoorEntry, 'path'> & { readonly path?: string | undefined }): DoorRoute {
    const { path = randomBytes(16).toString('hex') } = entry;
    const route: DoorRoute = {
      address: `http://${HOST}:${this.port}/${path}`,
      path,
      beforeRead: null,
      close: () => {
        this.entries.delete(path);
        this.told.delete(path);
      },
    };
    this.entries.set(path, { ...entry, path, route });
    return route;
  }

  private async listensOn(port: number): Promise<boolean> {
    return new Promise((resolve) => {
      const failed = (): void => {
        resolve(false);
      };
      this.server.once('error', failed);
      this.server.listen(port, HOST, () => {
        this.server.off('error', failed);
        resolve(true);
      });
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, path = ''] = (request.url ?? '').split(/[/?]/);
    const entry = this.entries.get(path);
    if (entry === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (!(await this.isTerraforms(request.socket, entry))) {
      this.tellOnce(entry);
      response
        .writeHead(403, { 'content-type': 'text/plain' })
        .end('only terraform itself gets the state here\n');
      return;
    }
    if (request.method === 'GET') {
      await entry.route.beforeRead?.();
    }
    await relay(request, response, entry);
  }

  private tellOnce({ path, refused }: DoorEntry): void {
    if (!this.told.has(path)) {
      this.told.add(path);
      refused();
    }
  }

  private async isTerraforms(socket: Socket, entry: DoorEntry): Promise<boolean> {
    const known = this.known.get(socket) ?? this.lookUp(socket, entry);
    this.known.set(socket, known);
    return known;
  }

  private async lookUp({ remotePort = 0 }: Socket, { pid }: DoorEntry): Promise<boolean> {
    // Terraform may ask before the agent knows its number.
    const deadline = performance.now() + PROCESS_MS;
    while (pid() === null && performance.now() < deadline) {
      await wait(LOOK_MS);
    }
    const asking = pid();
    if (process.platform !== 'linux') {
      return asking !== null;
    }
    const connection = { clientPort: remotePort, serverPort: this.port };
    return asking !== null && holdsConnection(asking, connection);
  }
}
