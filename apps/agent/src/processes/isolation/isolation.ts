import type { RunIsolation } from '@berth/domain';

/** A place on the disk, at the path at which a run sees it. */
export interface Place {
  readonly from: string;
  readonly at: string;
}

/** What a process of a run may see of the disk, beside the system's programs. */
export interface Reach {
  readonly writes: readonly Place[];
  /** Those that are not there are left out. */
  readonly reads: readonly Place[];
  /** The run's own folder for temporary files. */
  readonly tmp: string;
}

/** A program as it is to be started. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole of it: nothing of the agent's own reaches the program. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Confined extends Program {
  /**
   * What the sandbox is told beside its arguments, which everybody on the machine may read. It then says which process is
   * the run's own. Null where the program is started as it is.
   */
  readonly sandbox: readonly string[] | null;
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
}

/** Keeps what a run starts to its reach. */
export interface Isolation {
  readonly level: RunIsolation;
  /** @throws TaskFailure for what no process can be given */
  confine(program: Program, reach: Reach, options: ConfinedOptions): Confined;
}

/** Injects how this agent isolates runs. */
export const ISOLATION = Symbol('isolation of runs');

/** Runs are processes of the agent's user like any other, and may do what that may do. */
export const NO_ISOLATION: Isolation = {
  level: 'none',
  confine: (program) => ({ ...program, sandbox: null }),
};

/** A path as it is. */
export function asItIs(path: string): Place {
  return { from: path, at: path };
}

/** For what is no run of anybody. */
export const NOT_CONFINED: Confinement = {
  isolation: NO_ISOLATION,
  reach: { writes: [], reads: [], tmp: '/tmp' },
};
