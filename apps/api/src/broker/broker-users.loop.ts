import { LoopWatch, Metrics, type Counter } from '@berth/observability';
import { Database, endSessionsOfGone, usersWithoutSession } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { AgentLogins } from './agent-logins.js';

const INTERVAL_MS = 600_000;
/** After the start: what an api that was killed in the middle has left goes soon. */
const SECOND_LOOK_MS = 60_000;

/**
 * Ends the sessions of agents that are gone for long, and takes away the broker's users that no open session has: those of
 * sessions that ended while the broker was away, and those that were made for a session which then was not opened.
 */
@Injectable()
export class BrokerUsersLoop {
  private readonly loop: Loop;
  private readonly removed: Counter;
  /** A user is there a moment before its session is: only who has none twice is taken away. */
  private suspects: ReadonlySet<string> = new Set();
  private looks = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AgentLogins) private readonly logins: AgentLogins,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.removed = metrics.counter('berth_broker_users_removed_total');
    this.loop = new Loop({
      name: 'broker users',
      intervalMs: () => (this.looks < 2 ? SECOND_LOOK_MS : INTERVAL_MS),
      observer: watch,
      run: async () => this.look(),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** One look. @throws BrokerManagementError */
  async look(): Promise<'rest'> {
    this.looks += 1;
    await this.logins.close(await endSessionsOfGone(this.database));
    if (this.logins.users === null) {
      return 'rest';
    }
    const idle = await usersWithoutSession(this.database, await this.logins.users.all());
    const twice = idle.filter((name) => this.suspects.has(name));
    await this.logins.close(twice);
    this.removed.inc(twice.length);
    this.suspects = new Set(idle);
    return 'rest';
  }
}
