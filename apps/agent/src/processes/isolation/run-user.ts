import { endProcessesOf } from '../user-processes.js';
import { handOver } from './hand-over.js';
import type { Reach } from './reach.js';

/** One or more processes of a run, from the first one's start to the last one's end. */
interface Stay {
  inside: number;
  closing: boolean;
  readonly begun: Promise<void>;
  readonly over: Promise<void>;
  readonly end: () => void;
}

/**
 * The user that the runs of one slot have, one after the other; nobody else on the machine has it. It gets its files before
 * its first process starts, and when its last one has ended, whatever else is left of it is ended as well. So nothing is at
 * work in its files while the agent, who may do everything, looks at them.
 */
export class RunUser {
  readonly gid: number;
  private stay: Stay | null = null;

  constructor(
    readonly uid: number,
    /** Then the end of the sandbox is that of all that is in it, and only its own folders are for everybody to write. */
    readonly inSandbox: boolean,
  ) {
    this.gid = uid;
  }

  /** @throws TaskFailure where something in its files is not its own, and then it has not entered */
  async enter(reach: Reach): Promise<void> {
    while (this.stay?.closing === true) {
      await this.stay.over;
    }
    this.stay ??= this.begin(reach);
    const { stay } = this;
    stay.inside += 1;
    try {
      await stay.begun;
    } catch (error) {
      await this.leave();
      throw error;
    }
  }

  /** Waits for the others that are inside. @throws TaskFailure where something of it cannot be ended */
  async leave(): Promise<void> {
    const { stay } = this;
    if (stay === null) {
      return;
    }
    stay.inside -= 1;
    if (stay.inside > 0) {
      await stay.over;
      return;
    }
    stay.closing = true;
    try {
      if (!this.inSandbox) {
        await endProcessesOf(this);
      }
    } finally {
      this.stay = null;
      stay.end();
    }
  }

  private begin(reach: Reach): Stay {
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const begun = handOver(this, reach);
    begun.catch(() => undefined);
    return { inside: 0, closing: false, begun, over, end };
  }
}
