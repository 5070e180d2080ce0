import { TaskFailure } from '../failures/task-failure.js';
import { freeze, thaw } from './frozen-process.js';
import { killRun, signalLeader } from './process-group.js';

interface StopPolicy {
  readonly binary: string;
  readonly signal: AbortSignal;
  readonly graceMs: number;
  readonly timeoutMs?: number;
  /**
   * Asked while the process is frozen, with all that it has said read: whether it has begun to change something. Where
   * it has not, the process is killed instead of interrupted, because terraform acknowledges an interrupt in an
   * apply's first seconds and then applies everything.
   */
  readonly changeBegun?: () => Promise<boolean>;
}

/** setTimeout takes no more, and would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** A killed process is gone within milliseconds, unless the kernel holds it (a dead network file system). */
const KILL_DEADLINE_MS = 30_000;

/** Threads stand within milliseconds, unless they hang in the kernel. */
const FREEZE_DEADLINE_MS = 5_000;

/** Interrupts a run once, when the caller or the clock says so, and kills its group when that does not help in time. */
export class RunStopper {
  /** Rejects when even the kill did not end the process. */
  readonly unkillable: Promise<never>;
  private readonly timers: NodeJS.Timeout[] = [];
  private cancelled = false;
  private timedOut = false;
  private killed = false;
  private over = false;
  private giveUp: (failure: TaskFailure) => void = () => undefined;

  constructor(
    private readonly pid: number,
    private readonly policy: StopPolicy,
  ) {
    this.unkillable = new Promise((_resolve, reject) => {
      this.giveUp = reject;
    });
    this.unkillable.catch(() => undefined);
    if (policy.timeoutMs !== undefined) {
      this.after(policy.timeoutMs, () => {
        this.timedOut = true;
        this.interruptUnless(this.cancelled);
      });
    }
    policy.signal.addEventListener('abort', this.onAbort, { once: true });
    if (policy.signal.aborted) {
      this.onAbort();
    }
  }

  outcome(): { cancelled: boolean; timedOut: boolean; killed: boolean } {
    return { cancelled: this.cancelled, timedOut: this.timedOut, killed: this.killed };
  }

  stop(): void {
    this.over = true;
    this.policy.signal.removeEventListener('abort', this.onAbort);
    for (const timer of this.timers) {
      clearTimeout(timer);
    }
  }

  private readonly onAbort = (): void => {
    this.cancelled = true;
    this.interruptUnless(this.timedOut);
  };

  private interruptUnless(interrupted: boolean): void {
    if (interrupted) {
      return;
    }
    const { changeBegun } = this.policy;
    if (changeBegun === undefined) {
      this.interrupt();
    } else {
      void this.endUnchanged(changeBegun);
    }
  }

  private interrupt(): void {
    if (this.over) {
      return;
    }
    signalLeader(this.pid, 'SIGINT');
    this.after(this.policy.graceMs, () => {
      this.kill();
    });
  }

  /** Where that cannot be told, it is interrupted like any other. */
  private async endUnchanged(changeBegun: () => Promise<boolean>): Promise<void> {
    const frozen = await freeze(this.pid, FREEZE_DEADLINE_MS);
    const begun = !frozen || (await changeBegun().catch(() => true));
    if (this.over) {
      return;
    }
    if (begun) {
      thaw(this.pid);
      this.interrupt();
    } else {
      this.kill();
    }
  }

  private kill(): void {
    this.killed = true;
    killRun(this.pid);
    this.after(KILL_DEADLINE_MS, () => {
      this.giveUp(
        TaskFailure.transient(
          'TERRAFORM_UNKILLABLE',
          `Process ${this.pid} (${this.policy.binary}) is still there ${KILL_DEADLINE_MS / 1000} s after SIGKILL`,
        ),
      );
    });
  }

  private after(ms: number, act: () => void): void {
    this.timers.push(setTimeout(act, Math.min(ms, MAX_TIMER_MS)));
  }
}
