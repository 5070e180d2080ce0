import { LOGGER, LoopWatch, Metrics, type Counter, type Gauge, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { diskUsage } from '../disk/disk-usage.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { TaskFailure } from '../failures/task-failure.js';
import { ISOLATION, type Isolation } from '../processes/isolation/isolation.js';
import { threadsInNamespaceOf, threadsOf } from '../processes/user-processes.js';
import type { SlotRun } from '../slots/slot-run.js';
import { Slots } from '../slots/slots.js';

/** What a run writes meanwhile is beyond its limit: some gigabytes on a fast disk. */
const LOOK_EVERY_MS = 2_000;
const MB = 1024 * 1024;
/** What wanted one more, and did not get it, may have ended since. */
const AT_LIMIT = 0.98;

/**
 * Looks what runs take of the machine, and stops those that take more than they may, as a person would: an apply saves its
 * state. No file system and no kernel that we could count on everywhere bounds what a folder holds; of processes, this is
 * only who says why there were no more.
 */
@Injectable()
export class RunLimitsWatch {
  private readonly loop: Loop;
  private readonly bytes: Gauge;
  private readonly stopped: Counter<'reason'>;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(ISOLATION) private readonly isolation: Isolation,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.bytes = metrics.gauge('berth_agent_slots_bytes');
    this.stopped = metrics.counter('berth_agent_runs_over_limit_total');
    // From the start on, so that the first one is an increase.
    for (const reason of ['disk', 'processes'] as const) {
      this.stopped.inc({ reason }, 0);
    }
    this.loop = new Loop({
      name: 'run-limits',
      intervalMs: LOOK_EVERY_MS,
      observer: watch,
      run: async () => {
        await this.look();
        return 'rest';
      },
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async look(): Promise<void> {
    let bytes = 0;
    for (const run of this.slots.running) {
      this.requireFewProcesses(run);
      bytes += await this.requireLittleDisk(run);
    }
    this.bytes.set({}, bytes);
  }

  private async requireLittleDisk(run: SlotRun): Promise<number> {
    const { BERTH_SLOT_DISK_MB: most } = this.env;
    const used = (await diskUsage(this.slots.slot(run.slotId).directory)) ?? 0;
    if (used > most * MB) {
      const takes = `The run's files took ${Math.ceil(used / MB)} MB of the disk of slot ${run.slotId}`;
      this.exceed(
        run,
        'disk',
        TaskFailure.permanent(
          'RUN_DISK_LIMIT',
          `${takes}; ${most} MB is what a slot may hold (BERTH_SLOT_DISK_MB of the agent), so the run was stopped.`,
        ),
      );
    }
    return used;
  }

  private requireFewProcesses(run: SlotRun): void {
    const { BERTH_RUN_PROCESSES: most } = this.env;
    const count = this.threadsOf(run);
    if (count >= most * AT_LIMIT) {
      this.exceed(
        run,
        'processes',
        TaskFailure.permanent(
          'RUN_PROCESS_LIMIT',
          `The run had ${count} processes and threads at once; ${most} is as many as it may have (BERTH_RUN_PROCESSES of the agent), so it was stopped.`,
        ),
      );
    }
  }

  /** Where runs are not kept apart, nobody can tell whose they are. */
  private threadsOf({ slotId, process }: SlotRun): number {
    const user = this.isolation.userOf(slotId);
    if (user !== null) {
      return threadsOf(user.uid);
    }
    return this.isolation.level === 'none' || process === null ? 0 : threadsInNamespaceOf(process);
  }

  private exceed(run: SlotRun, reason: 'disk' | 'processes', failure: TaskFailure): void {
    if (run.stoppedBecause === null) {
      const { taskId, attempt, slotId } = run;
      this.logger.warn({ taskId, attempt, slotId }, `stopping a run: ${failure.message}`);
      this.stopped.inc({ reason });
      run.exceed(failure);
    }
  }
}
