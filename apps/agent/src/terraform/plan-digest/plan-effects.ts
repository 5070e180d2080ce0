import { canonicalText, isTree, treeOf, without } from './canonical-text.js';
import { changeForm, isNoOp } from './plan-change.js';

type Tree = Readonly<Record<string, unknown>>;

/** A named part of what is compared. */
export interface Part {
  /** An address, where it has one. */
  readonly name: string;
  readonly value: unknown;
}

/**
 * They differ between plans of the same thing, say again what others say, or belong to the context. Everything else counts,
 * also what a newer terraform adds: `format_version` does not change with new content.
 */
const NOT_EFFECTS = [
  'format_version',
  'terraform_version',
  'timestamp',
  'planned_values',
  'prior_state',
  'relevant_attributes',
  'checks',
  'applyable',
  'errored',
  'variables',
  'configuration',
  'resource_changes',
  'resource_drift',
  'output_changes',
];
/** They repeat the address, or are the key. */
const IN_ADDRESS = ['address', 'module_address', 'type', 'name', 'index', 'deposed'];

const DRIFT = 'drift of ';

/** What a plan would do, each change by its address: not the order of the list, and nothing of what stays as it is. */
export function effectsOf(document: Tree, { refreshOnly }: { readonly refreshOnly: boolean }): Part[] {
  return [
    ...resourceParts(document['resource_changes'], ''),
    // Noise, but where it is the plan: providers report drift of what nobody has touched.
    ...(refreshOnly ? resourceParts(document['resource_drift'], DRIFT) : []),
    ...outputParts(document['output_changes']),
    ...Object.entries(without(document, NOT_EFFECTS)).map(([name, value]) => ({
      // As people read it in "changed …".
      name: name === 'complete' ? 'completeness' : name,
      value,
    })),
  ];
}

function resourceParts(list: unknown, prefix: string): Part[] {
  if (!Array.isArray(list)) {
    return asItIs(`${prefix}resources`, list);
  }
  return list
    .filter((entry: unknown) => isEffect(treeOf(entry)))
    .map((entry: unknown) => {
      const { address, deposed } = treeOf(entry);
      const key = typeof deposed === 'string' ? `#${deposed}` : '';
      const name = typeof address === 'string' ? address : 'an entry without an address';
      return { name: `${prefix}${name}${key}`, value: resourceForm(treeOf(entry)) };
    });
}

function isEffect(entry: Tree): boolean {
  const change = treeOf(entry['change']);
  // A check reads its data source at every plan, and data that is no longer read is only forgotten.
  const ofCheck = entry['action_reason'] === 'read_because_check_nested';
  const lostData = entry['mode'] === 'data' && canonicalText(change['actions']) === '["delete"]';
  return !ofCheck && !lostData && (!isNoOp(change) || isMoved(entry) || Boolean(change['importing']));
}

function resourceForm(entry: Tree): Tree {
  const { change } = entry;
  return {
    ...without(entry, isMoved(entry) ? IN_ADDRESS : [...IN_ADDRESS, 'previous_address']),
    // What cannot be read as a change counts as it is.
    change: isTree(change) ? changeForm(change) : change,
  };
}

function isMoved({ address, previous_address: previous }: Tree): boolean {
  return previous !== undefined && previous !== null && previous !== address;
}

/** No resource's address holds a blank outside of a key. */
function outputParts(changes: unknown): Part[] {
  if (!isTree(changes)) {
    return asItIs('outputs', changes);
  }
  return Object.entries(changes)
    .filter(([, change]) => !isNoOp(treeOf(change)))
    .map(([name, change]) => ({
      name: `output ${name}`,
      value: isTree(change) ? changeForm(change) : change,
    }));
}

/** Terraform leaves out what is empty; what has another form than today's counts whole. */
function asItIs(name: string, value: unknown): Part[] {
  return value === undefined || value === null ? [] : [{ name, value }];
}
