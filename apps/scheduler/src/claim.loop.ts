import { setTimeout as wait } from 'node:timers/promises';
import { LoopWatch, Metrics, type Counter, type Histogram } from '@berth/observability';
import { claimTasks, Database } from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { Dispatcher } from './dispatcher.js';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';
import { PeopleFirst } from './people-first.js';

/** In milliseconds. */
const LONGEST_PAUSE_MS = 20;
/** The other loop finds applies too: this one is for those that are confirmed while it is busy. */
const APPLIES_MS = 60_000;

/**
 * Claims runnable tasks, commits, then tells the agents. Woken by the api's messages, and by itself every second. An apply that
 * a person has just confirmed is claimed beside that, and waits for no crowd of plans.
 */
@Injectable()
export class ClaimLoop {
  private readonly loop: Loop;
  private readonly applies: Loop;
  private readonly claimed: Counter<'phase'>;
  private readonly waited: Histogram<'phase'>;
  private last = { endedAt: 0, tookMs: 0 };
  /** Ends the right of way of the applies that the next look is for. */
  private endWay: (() => void) | undefined;

  constructor(
    @Inject(SCHEDULER_ENV) private readonly env: SchedulerEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(PeopleFirst) private readonly people: PeopleFirst,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.claimed = metrics.counter('berth_tasks_claimed_total');
    this.waited = metrics.histogram('berth_task_wait_seconds');
    this.loop = new Loop({
      name: 'claim',
      intervalMs: env.BERTH_CLAIM_INTERVAL_MS,
      observer: watch,
      run: async () => this.claimInTurn(),
    });
    this.applies = new Loop({
      name: 'claim_applies',
      intervalMs: APPLIES_MS,
      observer: watch,
      run: async () => this.claimApplies(),
    });
  }

  start(): void {
    this.loop.start();
    this.applies.start();
  }

  wake(): void {
    this.loop.wake();
  }

  wakeForApply(): void {
    this.endWay ??= this.people.begin();
    this.applies.wake();
  }

  async stop(): Promise<void> {
    await Promise.all([this.loop.stop(), this.applies.stop()]);
  }

  private async claimApplies(): Promise<'again' | 'rest'> {
    const { endWay } = this;
    this.endWay = undefined;
    try {
      return await this.claim({ onlyApplies: true });
    } finally {
      endWay?.();
    }
  }

  /**
   * Of claims that follow one another at once, each pauses for as long as the one before took: what comes meanwhile is
   * claimed together.
   */
  private async claimInTurn(): Promise<'again' | 'rest'> {
    const { endedAt, tookMs } = this.last;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, endedAt + tookMs - performance.now());
    if (pauseMs > 0) {
      await wait(pauseMs);
    }
    await this.people.turn();
    const begunAt = performance.now();
    try {
      return await this.claim({ onlyApplies: false });
    } finally {
      const now = performance.now();
      this.last = { endedAt: now, tookMs: now - begunAt };
    }
  }

  private async claim({ onlyApplies }: { readonly onlyApplies: boolean }): Promise<'again' | 'rest'> {
    if (!this.dispatcher.canDispatch) {
      return 'rest';
    }
    const { BERTH_CLAIM_LIMIT: limit } = this.env;
    const assignments = await claimTasks(this.database, {
      limit,
      leaseSeconds: this.env.BERTH_ACCEPT_LEASE_SECONDS,
      onlyApplies,
    });
    for (const { phase, waitedSeconds } of assignments) {
      this.claimed.inc({ phase });
      this.waited.observe({ phase }, waitedSeconds);
    }
    await Promise.all(assignments.map(async (assignment) => this.dispatcher.dispatch(assignment)));
    // Fewer than asked for: the rest has no slot, or is not due.
    return assignments.length === limit ? 'again' : 'rest';
  }
}
