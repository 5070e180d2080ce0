import type { Schemas } from '@berth/client';
import { grouped } from '../page/grouped.js';

type Change = Schemas['PlanResourceChange'];
type Plan = Schemas['PlanDocument'];

/** What a plan does to a resource, in the order in which it is shown: what is lost first. */
export const KINDS = ['destroy', 'replace', 'update', 'create', 'read', 'state'] as const;
export type Kind = (typeof KINDS)[number];

export const KIND_IN_WORDS: Readonly<Record<Kind, string>> = {
  destroy: 'Destroy',
  replace: 'Replace',
  update: 'Update',
  create: 'Create',
  read: 'Read while applying',
  state: 'State only: moved, imported, forgotten',
};

export const SIGNS: Readonly<Record<Kind, string>> = {
  destroy: '−',
  replace: '±',
  update: '~',
  create: '+',
  read: '≤',
  state: '→',
};

/** A resource's change, or those of the instances of one `count` or `for_each` as one. */
export interface PlanEntry {
  readonly key: string;
  readonly address: string;
  readonly changes: readonly Change[];
}

export interface PlanGroup {
  readonly kind: Kind;
  readonly entries: readonly PlanEntry[];
  /** Of resources, however they are gathered. */
  readonly count: number;
}

/** What is done to a resource. A move, an import or a forget that changes nothing of it touches the state alone. */
export function kindOf({ actions }: Pick<Change, 'actions'>): Kind {
  if (actions.includes('create')) {
    return actions.length > 1 ? 'replace' : 'create';
  }
  if (actions.includes('delete')) {
    return 'destroy';
  }
  if (actions.includes('update')) {
    return 'update';
  }
  return actions.includes('read') ? 'read' : 'state';
}

/** The groups of a plan that have anything in them. */
export function groupsOf(changes: readonly Change[]): PlanGroup[] {
  const byKind = grouped(changes, kindOf);
  return KINDS.flatMap((kind) => {
    const own = byKind.get(kind) ?? [];
    return own.length === 0 ? [] : [{ kind, entries: entriesOf(kind, own), count: own.length }];
  });
}

function entriesOf(kind: Kind, changes: readonly Change[]): PlanEntry[] {
  const byResource = grouped(changes, ({ module, mode, type, name, index, deposed }) =>
    index === null || deposed !== null ? '' : [module, mode, type, name].join('\u0000'),
  );
  const single = (change: Change): PlanEntry => ({
    key: `${kind} ${change.address} ${change.deposed ?? ''}`,
    address: change.address,
    changes: [change],
  });
  const seen = new Set<string>();
  return changes.flatMap((change) => {
    const { module, mode, type, name, index, deposed } = change;
    const resource = index === null || deposed !== null ? '' : [module, mode, type, name].join('\u0000');
    const instances = byResource.get(resource) ?? [];
    if (resource === '' || instances.length === 1) {
      return [single(change)];
    }
    if (seen.has(resource)) {
      return [];
    }
    seen.add(resource);
    const address = `${withoutKey(change.address)}[*]`;
    return [{ key: `${kind} ${address}`, address, changes: instances }];
  });
}

function withoutKey(address: string): string {
  return address.replace(/\[[^[\]]*\]$|\["(?:[^"\\]|\\.)*"\]$/, '');
}

/** Whether a change is what somebody looks for: by address, kind, provider, or why. */
export function isWanted(change: Change, wanted: string): boolean {
  const text = [
    change.address,
    change.previousAddress ?? '',
    change.provider,
    change.reason ?? '',
    change.importing === null ? '' : 'imported',
  ]
    .join(' ')
    .toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const REASONS: Readonly<Record<string, string>> = {
  replace_because_cannot_update: 'an attribute cannot be changed in place',
  replace_because_tainted: 'it is marked as tainted',
  replace_by_request: 'somebody asked for it to be replaced',
  replace_by_triggers: 'what triggers its replacement has changed',
  delete_because_no_resource_config: 'it is no longer in the configuration',
  delete_because_wrong_repetition: 'it has another kind of repetition now (count, for_each)',
  delete_because_count_index: 'its index is beyond the count',
  delete_because_each_key: 'its key is no longer in for_each',
  delete_because_no_module: 'its module is no longer called',
  delete_because_no_move_target: 'it was moved to an address that the configuration does not have',
  read_because_config_unknown: 'its configuration is known only while applying',
  read_because_dependency_pending: 'it depends on a change of this plan',
  read_because_check_nested: 'a check reads it',
};

/** Why terraform chose the action; its own word where there is no better one. */
export function reasonInWords(reason: string): string {
  return REASONS[reason] ?? reason.replaceAll('_', ' ');
}

/** What stands at the confirm button. */
export function lossesOf(plan: Pick<Plan, 'resources'>): {
  readonly destroys: number;
  readonly replaces: number;
} {
  const kinds = plan.resources.map(kindOf);
  return {
    destroys: kinds.filter((kind) => kind === 'destroy').length,
    replaces: kinds.filter((kind) => kind === 'replace').length,
  };
}
