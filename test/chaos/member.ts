import type { ServiceProcess } from '../support/service-process.js';
import type { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';

/** The lines of one service to what it needs, each its own, so that each can break alone. */
export type Lines = Readonly<Partial<Record<'database' | 'broker' | 'api', TcpProxy>>>;

export type Role = 'api' | 'scheduler' | 'registry' | 'agent';

/** One service with its lines. It is started again whenever it has ended, unless somebody wants it to be down. */
export class Member {
  /** A fault is at work on it: no other may be. */
  isTaken = false;
  private isWantedDown = false;
  private settings: Readonly<Record<string, string>> = {};

  constructor(
    readonly role: Role,
    readonly process: ServiceProcess,
    readonly lines: Lines,
  ) {}

  get name(): string {
    return this.process.name;
  }

  keepUp(): void {
    if (!this.isWantedDown && !this.process.isRunning) {
      this.process.start(this.settings);
    }
  }

  /** Waits until it is ready, however often it has to be started for that. @throws Error after `deadlineMs` */
  async ready(deadlineMs: number): Promise<void> {
    await waitFor(`${this.name} to be ready`, async () => this.process.isReady(), deadlineMs);
  }

  /** Ends it with this signal and leaves it down until `allowUp`. */
  async down(signal: NodeJS.Signals): Promise<void> {
    this.isWantedDown = true;
    await this.process.end(signal);
  }

  allowUp(): void {
    this.isWantedDown = false;
  }

  /** From its next start on it has these settings as well. */
  resettle(settings: Readonly<Record<string, string>>): void {
    this.settings = settings;
  }
}
