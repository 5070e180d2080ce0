type Tree = Readonly<Record<string, unknown>>;

/**
 * One text for each value, and another one for every other: keys in one order, lists in theirs, and what is missing told
 * apart from null. -0 is 0, as it is to terraform.
 */
export function canonicalText(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join()}]`;
  }
  if (isTree(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key])}`);
    return `{${members.join()}}`;
  }
  // JSON.stringify writes -0 as 0, and nothing for undefined.
  return value === undefined ? 'missing' : JSON.stringify(value);
}

/** An object of JSON. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one where it is none. */
export function treeOf(value: unknown): Tree {
  return isTree(value) ? value : {};
}

/** The member itself: `constructor` and the like are keys as any other. */
export function memberOf(tree: unknown, key: string): unknown {
  return isTree(tree) && Object.hasOwn(tree, key) ? tree[key] : undefined;
}

/** Without these members. */
export function without(tree: Tree, names: readonly string[]): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !names.includes(name)));
}
