import type { Schemas } from '@berth/client';
import type { Kind, PlanEntry, PlanGroup } from './plan-model.js';

type Change = Schemas['PlanResourceChange'];

/** A row of the list that a plan is drawn as. */
export type PlanRow =
  | { readonly is: 'group'; readonly key: string; readonly group: PlanGroup; readonly open: boolean }
  | {
      readonly is: 'entry';
      readonly key: string;
      readonly kind: Kind;
      readonly entry: PlanEntry;
      readonly open: boolean;
    }
  | {
      readonly is: 'change';
      readonly key: string;
      readonly kind: Kind;
      readonly change: Change;
      readonly depth: 0 | 1;
      readonly open: boolean;
    }
  | { readonly is: 'detail'; readonly key: string; readonly kind: Kind; readonly change: Change };

/** What somebody has opened or closed, against what is open by itself. */
export type Turned = ReadonlySet<string>;

/** What is lost is never behind a fold; what touches the state alone is. */
function isOpen(turned: Turned, key: string, kind: Kind, what: 'group' | 'entry' | 'change'): boolean {
  const byItself =
    what === 'group' ? kind !== 'state' : what === 'entry' && (kind === 'destroy' || kind === 'replace');
  return byItself !== turned.has(key);
}

/** The rows of the groups, with what is open unfolded. */
export function rowsOf(groups: readonly PlanGroup[], turned: Turned): PlanRow[] {
  return groups.flatMap((group): PlanRow[] => {
    const { kind } = group;
    const open = isOpen(turned, kind, kind, 'group');
    const head: PlanRow = { is: 'group', key: kind, group, open };
    return open ? [head, ...group.entries.flatMap((entry) => rowsOfEntry(entry, kind, turned))] : [head];
  });
}

function rowsOfEntry(entry: PlanEntry, kind: Kind, turned: Turned): PlanRow[] {
  const [only] = entry.changes;
  if (entry.changes.length === 1 && only !== undefined) {
    return rowsOfChange(only, kind, turned, 0);
  }
  const open = isOpen(turned, entry.key, kind, 'entry');
  const head: PlanRow = { is: 'entry', key: entry.key, kind, entry, open };
  return open ? [head, ...entry.changes.flatMap((change) => rowsOfChange(change, kind, turned, 1))] : [head];
}

function rowsOfChange(change: Change, kind: Kind, turned: Turned, depth: 0 | 1): PlanRow[] {
  const key = `${kind} ${change.address} ${change.deposed ?? ''}`;
  const open = isOpen(turned, key, kind, 'change');
  const head: PlanRow = { is: 'change', key, kind, change, depth, open };
  return open ? [head, { is: 'detail', key: `${key} detail`, kind, change }] : [head];
}
