/** What tells one state from another. The serial is a number of up to 64 bits, which JavaScript's numbers do not hold. */
export interface StateIdentity {
  readonly serial: bigint;
  readonly lineage: string;
  readonly sha256: string;
}

/**
 * Who writes: a run's terraform, which has read the stored state under its lock; a person's terraform, which may have
 * been told to overwrite another lineage; or a person who gives a file.
 */
export type StateWriter = 'run' | 'terraform' | 'person';

export type StateSuccession =
  | { readonly follows: true }
  /** The stored state's own bytes: the answer to an earlier request was lost. */
  | { readonly follows: false; readonly isSame: true }
  | { readonly follows: false; readonly isSame: false; readonly reason: string };

/**
 * Whether a state may become the newest one. Terraform compares serial and lineage alone and applies from its plan's own
 * copy of the state, so a serial that two states have would undo one of them without a word. `stored` is null where there
 * is no state, or a deleted one: then any may begin.
 */
export function stateSuccession(
  stored: StateIdentity | null,
  next: StateIdentity,
  writer: StateWriter,
): StateSuccession {
  if (stored === null) {
    return { follows: true };
  }
  if (stored.sha256 === next.sha256) {
    return { follows: false, isSame: true };
  }
  const wanted = wantedOf(stored, next, writer);
  if (wanted === null) {
    return { follows: true };
  }
  const both = `the stored state has lineage ${stored.lineage} and serial ${stored.serial}, this one ${next.lineage} and ${next.serial}`;
  return { follows: false, isSame: false, reason: `${both}: ${wanted}` };
}

/** Null where it follows. */
function wantedOf(stored: StateIdentity, next: StateIdentity, writer: StateWriter): string | null {
  if (stored.lineage !== next.lineage) {
    return writer === 'terraform' ? null : 'only one of the same lineage follows it';
  }
  if (writer === 'run') {
    return next.serial === stored.serial + 1n ? null : `a run writes serial ${stored.serial + 1n} next`;
  }
  return next.serial > stored.serial ? null : 'only a higher serial follows it';
}
