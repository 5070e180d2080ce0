/** How many of each kind a plan would do; a replacement is one to add and one to destroy. */
export interface PlannedChanges {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  readonly import?: number;
  readonly move?: number;
  readonly forget?: number;
  /** Resources whose recorded values change, of a plan that only refreshes. */
  readonly drift?: number;
  readonly outputs?: number;
  /** Invocations of providers' actions. */
  readonly actions?: number;
  /** What terraform says that it would do and Berth cannot count. */
  readonly other?: number;
}

const MORE = [
  ['import', 'to import'],
  ['move', 'to move'],
  ['forget', 'to forget'],
  ['drift', 'to refresh'],
  ['actions', 'to invoke'],
] as const;

/** As terraform says it: `1 to add, 0 to change, 0 to destroy`, and behind it what else there is. */
export function describeChanges(changes: PlannedChanges): string {
  const { add, change, destroy, outputs = 0, other = 0 } = changes;
  const parts = [`${add} to add, ${change} to change, ${destroy} to destroy`];
  for (const [kind, words] of MORE) {
    const count = changes[kind] ?? 0;
    if (count > 0) {
      parts.push(`${count} ${words}`);
    }
  }
  if (outputs > 0) {
    parts.push(`${outputs} output${outputs === 1 ? '' : 's'} to change`);
  }
  if (other > 0) {
    parts.push('and more than Berth can show');
  }
  return parts.join(', ');
}
