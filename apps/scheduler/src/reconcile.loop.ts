import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  Database,
  eachAlone,
  expiredAssignments,
  expireReservations,
  freeOrphanedSlots,
  mendRooms,
  promoteStrandedLanes,
  recoverSilentBuilds,
  releaseTask,
  replanWithoutSlot,
  stoppingTasks,
} from '@berth/persistence';
import { inTurn, Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ClaimLoop } from './claim.loop.js';
import { Dispatcher } from './dispatcher.js';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';

/** How many of each at a time; the rest is found by the next run. */
const BATCH = 200;
/** How often all slots are counted, which takes longer the more there are. */
const COUNT_EVERY_MS = 60_000;

/** Finds what crashes left behind. Each rescue asks again for its condition in the statement that acts. */
@Injectable()
export class ReconcileLoop {
  private readonly loop: Loop;
  private readonly rescued: Counter<'what'>;
  private countedAt = -Infinity;

  constructor(
    @Inject(SCHEDULER_ENV) private readonly env: SchedulerEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(ClaimLoop) private readonly claims: ClaimLoop,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.rescued = metrics.counter('berth_rescued_total');
    // Told from the beginning: an alarm sees the growth of what is there.
    this.rescued.inc({ what: 'assignment_not_accepted' }, 0);
    this.loop = new Loop({
      name: 'reconcile',
      intervalMs: env.BERTH_RECONCILE_INTERVAL_MS,
      observer: watch,
      run: async () => this.reconcile(),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  /** What one sweep cannot do keeps no other one from its work; the run has failed all the same. */
  private async reconcile(): Promise<'again' | 'rest'> {
    const { database, failed } = this;
    await inTurn([
      async () => this.releaseUnaccepted(),
      async () => this.repeatStops(),
      async () => {
        this.rescued.inc({ what: 'reservation_ended' }, await expireReservations(database, BATCH));
      },
      async () => {
        const silent = await recoverSilentBuilds(database, BATCH, this.retry, failed);
        this.rescued.inc({ what: 'build_silent' }, silent);
      },
      async () => {
        this.putRight('slot_orphaned', await freeOrphanedSlots(database, BATCH));
      },
      async () => {
        this.putRight('apply_without_slot', await replanWithoutSlot(database, BATCH, failed));
      },
      async () => {
        this.putRight('lane_stranded', await promoteStrandedLanes(database, BATCH, failed));
      },
      async () => this.countRooms(),
    ]);
    return 'rest';
  }

  private async countRooms(): Promise<void> {
    if (performance.now() - this.countedAt < COUNT_EVERY_MS) {
      return;
    }
    this.countedAt = performance.now();
    this.putRight('room_miscounted', await mendRooms(this.database, BATCH, this.failed));
  }

  private readonly failed = (item: string, error: unknown): void => {
    this.watch.itemFailed('reconcile', item, error);
  };

  private putRight(what: string, count: number): void {
    if (count > 0) {
      this.rescued.inc({ what }, count);
      this.logger.error(
        { what, count },
        `the database did not agree with itself: ${what}, ${count} put right`,
      );
      this.claims.wake();
    }
  }

  private async releaseUnaccepted(): Promise<void> {
    await eachAlone(this.database, await expiredAssignments(this.database, BATCH), {
      name: ({ taskId }) => `task ${taskId}`,
      failed: this.failed,
      work: async ({ taskId, attempt, agentId }) => {
        const released = await releaseTask(this.database, {
          taskId,
          attempt,
          delayMs: 0,
          countsAsRetry: false,
          failure: null,
          actor: 'scheduler',
          message: `${agentId} did not accept in time; queued again`,
        });
        if (released !== null) {
          this.logger.warn({ taskId, attempt, agentId }, 'an assignment was not accepted in time');
          this.rescued.inc({ what: 'assignment_not_accepted' });
          this.claims.wake();
        }
        return released !== null;
      },
    });
  }

  private get retry() {
    return {
      firstDelayMs: this.env.BERTH_RETRY_FIRST_DELAY_MS,
      maxDelayMs: this.env.BERTH_RETRY_MAX_DELAY_MS,
    };
  }

  private async repeatStops(): Promise<void> {
    const tasks = await stoppingTasks(this.database, BATCH);
    const told = await Promise.allSettled(tasks.map(async (task) => this.dispatcher.stop(task)));
    told.forEach((one, index) => {
      if (one.status === 'rejected') {
        this.failed(`the stop of task ${tasks[index]?.taskId ?? ''}`, one.reason);
      }
    });
  }
}
