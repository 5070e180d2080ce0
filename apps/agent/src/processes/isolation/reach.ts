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
  /** Files and folders that the agent has made for this run alone to read. */
  readonly lent: readonly Place[];
  /** The run's own folder for temporary files. */
  readonly tmp: string;
}

/** A path as it is. */
export function asItIs(path: string): Place {
  return { from: path, at: path };
}
