import type { TaskPhase } from '@berth/domain';
import { Mask } from '@berth/masking';
import type { TaskFailure } from '../failures/task-failure.js';
import { killRun } from '../processes/process-group.js';

/** How a person wants a run to stop. */
export type StopWish = 'cancel' | 'discard' | 'force_cancel';

/** Why a run is being stopped. */
export type StopReason = 'person' | 'agent_stop' | 'stale' | 'limit';

/** Which attempt of which task, and what of it is at work. */
export interface OwnedPhase {
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
}

/** One attempt of a task in a slot of this agent, until its result. */
export class SlotRun {
  private readonly abort = new AbortController();
  private reason: StopReason | null = null;
  private pid: number | null = null;
  private killed = false;
  private overLimit: TaskFailure | null = null;

  constructor(
    private readonly owned: OwnedPhase,
    readonly slotId: number,
    private presentMask: Mask = Mask.none,
  ) {}

  /** Hides what is secret in all that is told of it. */
  get mask(): Mask {
    return this.presentMask;
  }

  protected set mask(mask: Mask) {
    this.presentMask = mask;
  }

  get taskId(): string {
    return this.owned.taskId;
  }

  get attempt(): number {
    return this.owned.attempt;
  }

  get phase(): TaskPhase {
    return this.owned.phase;
  }

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get stoppedBecause(): StopReason | null {
    return this.reason;
  }

  /** Interrupts what runs; a second wish, by force, kills it. */
  wish(wish: StopWish): void {
    this.stop('person');
    if (wish === 'force_cancel') {
      this.kill();
    }
  }

  /** The first reason counts. */
  stop(reason: StopReason): void {
    if (this.reason === null) {
      this.reason = reason;
      this.abort.abort(new Error(`the run was stopped (${reason})`));
    }
  }

  /** It takes more of the machine than it may: it is interrupted, and its failure is this one. */
  exceed(failure: TaskFailure): void {
    if (this.reason === null) {
      this.overLimit = failure;
      this.stop('limit');
    }
  }

  /** Null while it has kept to its limits. */
  get exceeded(): TaskFailure | null {
    return this.overLimit;
  }

  /** Null where none is at work now. */
  get process(): number | null {
    return this.pid;
  }

  /** Terraform's process, for as long as it lives. */
  setProcess(pid: number | null): void {
    this.pid = pid;
    if (this.killed) {
      this.kill();
    }
  }

  kill(): void {
    this.killed = true;
    if (this.pid !== null) {
      killRun(this.pid);
    }
  }
}
