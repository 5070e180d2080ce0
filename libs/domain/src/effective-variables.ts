/** A variable that a workspace has itself, or that a set gives to it. */
export interface OfferedVariable {
  readonly key: string;
  readonly category: string;
  /** Null for the workspace's own; a set that is not assigned to the workspace is a global one. */
  readonly variableSet: { readonly name: string; readonly assigned: boolean } | null;
}

/**
 * What a run gets of all that its workspace is offered, one variable for each key and category: the workspace's own
 * wins, then that of an assigned set, then that of a global one, and among such sets the first by name.
 */
export function effectiveVariables<V extends OfferedVariable>(offered: readonly V[]): V[] {
  const winners = new Map<string, V>();
  for (const variable of offered) {
    const place = `${variable.category} ${variable.key}`;
    const before = winners.get(place);
    if (before === undefined || wins(variable, before)) {
      winners.set(place, variable);
    }
  }
  return [...winners].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, variable]) => variable);
}

function wins(one: OfferedVariable, other: OfferedVariable): boolean {
  const difference = rank(one) - rank(other);
  // By code units and not by a locale: the same everywhere.
  return difference === 0 ? nameOfSet(one) < nameOfSet(other) : difference < 0;
}

function rank({ variableSet }: OfferedVariable): number {
  return variableSet === null ? 0 : variableSet.assigned ? 1 : 2;
}

function nameOfSet({ variableSet }: OfferedVariable): string {
  return variableSet?.name ?? '';
}
