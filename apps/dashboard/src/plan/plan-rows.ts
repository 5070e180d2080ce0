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
function opensByItself(kind: Kind, what: 'group' | 'entry'): boolean {
  return what === 'group' ? kind !== 'state' : kind === 'destroy' || kind === 'replace';
}

/** The rows of the groups, with what is open unfolded. @param openChanges whether changes show their attributes by themselves */
export function rowsOf(groups: readonly PlanGroup[], turned: Turned, openChanges: boolean): PlanRow[] {
  return groups.flatMap((group): PlanRow[] => {
    const { kind } = group;
    const open = opensByItself(kind, 'group') !== turned.has(kind);
    const head: PlanRow = { is: 'group', key: kind, group, open };
    return open
      ? [head, ...group.entries.flatMap((entry) => rowsOfEntry(entry, kind, turned, openChanges))]
      : [head];
  });
}

function rowsOfEntry(entry: PlanEntry, kind: Kind, turned: Turned, openChanges: boolean): PlanRow[] {
  const [only] = entry.changes;
  if (entry.changes.length === 1 && only !== undefined) {
    return rowsOfChange(only, kind, 0, openChanges !== turned.has(keyOf(only, kind)));
  }
  const open = opensByItself(kind, 'entry') !== turned.has(entry.key);
  const head: PlanRow = { is: 'entry', key: entry.key, kind, entry, open };
  return open
    ? [
        head,
        ...entry.changes.flatMap((change) =>
          rowsOfChange(change, kind, 1, openChanges !== turned.has(keyOf(change, kind))),
        ),
      ]
    : [head];
}

function keyOf({ address, deposed }: Change, kind: Kind): string {
  return `${kind} ${address} ${deposed ?? ''}`;
}

function rowsOfChange(change: Change, kind: Kind, depth: 0 | 1, open: boolean): PlanRow[] {
  const key = keyOf(change, kind);
  const head: PlanRow = { is: 'change', key, kind, change, depth, open };
  return open ? [head, { is: 'detail', key: `${key} detail`, kind, change }] : [head];
}
