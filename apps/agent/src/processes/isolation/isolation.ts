import type { RunIsolation } from '@berth/domain';
import type { UserIds } from '../user-processes.js';
import type { Reach } from './reach.js';
import type { RunUser } from './run-user.js';

/** A program as it is to be started. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole of it: nothing of the agent's own reaches the program. */
  readonly env: Readonly<Record<string, string>>;
}

/** How much of the machine a run may take. */
export interface RunLimits {
  /** What each of its processes may allocate, in MB: RLIMIT_DATA, which needs no rights and no control group. */
  readonly memoryMb?: number | undefined;
  /** Its processes and their threads, all together. Left out where the kernel would count those of others as well. */
  readonly processes?: number | undefined;
}

export interface Confined extends Program {
  /**
   * What the sandbox is told beside its arguments, which everybody on the machine may read. It then says which process is
   * the run's own. Null where the program is started as it is.
   */
  readonly sandbox: readonly string[] | null;
  /** Whose process it is; null for the agent's user. */
  readonly user: UserIds | null;
  /** A shell becomes the program, and says itself what it cannot. */
  readonly byShell: boolean;
}

export interface ConfinedOptions {
  /** It goes on when this process dies: an apply. */
  readonly outlives: boolean;
  /** It reaps whatever it has started, as terraform does; a shell needs somebody who does. */
  readonly isInit: boolean;
}

/** How one process of a run is kept to what is its own. */
export interface Confinement {
  readonly isolation: Isolation;
  readonly reach: Reach;
  /** Whose process it is; null for the agent's user. */
  readonly user: RunUser | null;
  readonly limits: RunLimits;
}

/** Keeps what a run starts to its reach. */
export interface Isolation {
  readonly level: RunIsolation;
  /** The user that runs in this slot have; null where that is the agent's. */
  userOf(slotId: number): RunUser | null;
  /** @throws TaskFailure for what no process can be given */
  confine(program: Program, confinement: Confinement, options: ConfinedOptions): Confined;
}

/** Injects how this agent isolates runs. */
export const ISOLATION = Symbol('isolation of runs');
