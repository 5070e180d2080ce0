import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { LOGGER, type Logger } from '@berth/observability';
import { withDeadline } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import type { DoorEntry, FromDoor, ToDoor } from './door-messages.js';
import type { StateTarget } from './relay.js';

/** The way of one run to its state. */
export interface DoorRoute {
  /** For terraform's http backend. */
  readonly address: string;
  /** Terraform has begun, or ended: its own connections are let in, and no other's. */
  setProcess(pid: number | null): void;
  /** Done before terraform gets the state: it has read the backend of the configuration by then, and nothing else. */
  setBeforeRead(work: (() => Promise<void>) | null): void;
  close(): void;
}

interface Admitted {
  entry: DoorEntry;
  beforeRead: (() => Promise<void>) | null;
  readonly refused: () => void;
}

const OPEN_MS = 30_000;
const AGAIN_MS = 500;

/**
 * Stands between each run and its state, on loopback. Terraform knows an address and no token, so no provider, provisioner
 * or other backend of the run inherits one, and no other host or proxy of the workspace's sees it; and of all processes of
 * the run only terraform itself is let in. The door is a process of its own (`door.process.ts`), which an apply that outlives
 * its agent still finds.
 *
 * Terraform reads a root module twice: first for its backend, then, when it has the state, for everything else. Between the
 * two the agent takes its backend override away (`setBeforeRead`), so that what a configuration reads of its own folder is
 * what lies in the repository (terraform 1.11.4, `terraform-backend.spec`).
 */
@Injectable()
export class StateDoor {
  private readonly admitted = new Map<string, Admitted>();
  private child: ChildProcess | undefined;
  private port = 0;
  private closing = false;

  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  /** Before the first run. @throws Error, DeadlineExceeded where the door does not open */
  async open(): Promise<void> {
    await this.start();
  }

  /** An apply that still runs keeps its way. */
  close(): void {
    this.closing = true;
    if (this.child?.connected === true) {
      this.child.disconnect();
    }
    this.child?.unref();
  }

  /** Lets one run in. @param refused is told once, when a process that is not terraform has knocked */
  admit({ address, token, refused }: StateTarget & { readonly refused: () => void }): DoorRoute {
    const path = randomBytes(16).toString('hex');
    const one: Admitted = {
      entry: { path, address, token, pid: null, asksBeforeRead: false },
      beforeRead: null,
      refused,
    };
    this.admitted.set(path, one);
    const change = (entry: Partial<DoorEntry>): void => {
      one.entry = { ...one.entry, ...entry };
      this.say({ kind: 'admit', entry: one.entry });
    };
    change({});
    return {
      address: `http://127.0.0.1:${this.port}/${path}`,
      setProcess: (pid) => {
        change({ pid });
      },
      setBeforeRead: (work) => {
        one.beforeRead = work;
        change({ asksBeforeRead: work !== null });
      },
      close: () => {
        this.admitted.delete(path);
        this.say({ kind: 'remove', path });
      },
    };
  }

  private async start(): Promise<void> {
    const child = fork(new URL('./door.process.js', import.meta.url), [String(this.port)], {
      // A signal to the agent's group is not for it, and nothing of the agent's environment is.
      detached: true,
      env: {},
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.child = child;
    const opened = new Promise<void>((resolve, reject) => {
      child.on('message', (message: FromDoor) => {
        if (message.kind === 'open') {
          this.port = message.port;
          resolve();
        } else {
          this.heard(message);
        }
      });
      child.on('error', reject);
      child.once('exit', (code, signal) => {
        reject(new Error(`the door to states ended (${String(signal ?? code)})`));
      });
    });
    try {
      await withDeadline('opening the door to states', OPEN_MS, opened);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    child.once('exit', () => {
      this.openAgain();
    });
    for (const { entry } of this.admitted.values()) {
      this.say({ kind: 'admit', entry });
    }
  }

  /** At the same port: terraform knows it from its start. */
  private openAgain(): void {
    if (this.closing) {
      return;
    }
    this.logger.error(`the door to the states of runs is gone: opening it again in ${AGAIN_MS} ms`);
    setTimeout(() => {
      if (this.closing) {
        return;
      }
      this.start().catch((error: unknown) => {
        this.logger.error(String(error));
        this.openAgain();
      });
    }, AGAIN_MS);
  }

  private heard(message: Exclude<FromDoor, { kind: 'open' }>): void {
    switch (message.kind) {
      case 'log':
        this.logger.warn(message.text);
        break;
      case 'refused':
        this.admitted.get(message.path)?.refused();
        break;
      case 'before_read': {
        const work = this.admitted.get(message.path)?.beforeRead ?? (async () => undefined);
        work()
          .catch((error: unknown) => {
            this.logger.warn(`before a state was read: ${String(error)}`);
          })
          .finally(() => {
            this.say({ kind: 'read', request: message.request });
          });
        break;
      }
    }
  }

  private say(message: ToDoor): void {
    if (this.child?.connected === true) {
      this.child.send(message, () => undefined);
    }
  }
}
