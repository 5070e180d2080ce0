import type { AppliedChanges } from '@berth/contracts';
import type { RunObservations } from './run-record.js';

/** Terraform's own count at the end of an apply; null of one that did not come so far. */
export function appliedChanges({ changes }: Pick<RunObservations, 'changes'>): AppliedChanges | null {
  return changes === null
    ? null
    : { add: changes.add, change: changes.change, destroy: changes.remove, import: changes.import };
}
