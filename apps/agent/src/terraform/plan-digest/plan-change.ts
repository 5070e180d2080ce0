import { canonicalText, isTree, memberOf, treeOf, without } from './canonical-text.js';

type Tree = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** They are looked at together; every other member of a change counts as it is, also one that nobody knows yet. */
const LOOKED_AT = [
  'before',
  'after',
  'after_unknown',
  'before_sensitive',
  'after_sensitive',
  'replace_paths',
];

/**
 * Of what stays only the differences count: an attribute that a provider makes up anew at each read changes nothing. What
 * goes away counts whole, because that was looked at.
 */
export function changeForm(change: Tree): Tree {
  const { before, after, after_unknown: unknown } = change;
  const differences: unknown[] = [];
  collectDifferences({ before, after, unknown }, [], differences);
  return {
    ...without(change, LOOKED_AT),
    before: goesAway(change) ? before : { id: memberOf(before, 'id') },
    differences,
    sensitive: [markedPaths(change['before_sensitive']), markedPaths(change['after_sensitive'])],
    replacePaths: sortedPaths(change['replace_paths']),
  };
}

/** Whether terraform does nothing by it. */
export function isNoOp(change: Tree): boolean {
  const actions = change['actions'];
  return Array.isArray(actions) && actions.length > 0 && actions.every((action) => action === 'no-op');
}

function goesAway({ actions }: Tree): boolean {
  return Array.isArray(actions) && (actions.includes('delete') || actions.includes('forget'));
}

interface Sides {
  readonly before: unknown;
  readonly after: unknown;
  readonly unknown: unknown;
}

/** Into objects, and into lists of one length; all else differs as a whole. */
function collectDifferences(sides: Sides, path: Path, found: unknown[]): void {
  const { before, after, unknown } = sides;
  if (unknown === true) {
    found.push(['unknown', path, before]);
  } else if (isTree(after) && isTree(before)) {
    const keys = [before, after, treeOf(unknown)].flatMap((tree) => Object.keys(tree));
    for (const key of [...new Set(keys)].sort()) {
      const child = { before: memberOf(before, key), after: memberOf(after, key) };
      collectDifferences({ ...child, unknown: memberOf(unknown, key) }, [...path, key], found);
    }
  } else if (Array.isArray(after) && Array.isArray(before) && after.length === before.length) {
    const marks: readonly unknown[] = Array.isArray(unknown) ? unknown : [];
    after.forEach((value: unknown, index) => {
      const child = { before: before[index] as unknown, after: value, unknown: marks[index] };
      collectDifferences(child, [...path, index], found);
    });
  } else {
    const unknownPaths = markedPaths(unknown);
    if (unknownPaths.length > 0 || canonicalText(before) !== canonicalText(after)) {
      found.push(['value', path, before, after, unknownPaths]);
    }
  }
}

/** Where `true` stands in a tree of marks, whose other leaves and empty branches say nothing. */
function markedPaths(marks: unknown, path: Path = []): Path[] {
  if (marks === true) {
    return [path];
  }
  if (Array.isArray(marks)) {
    return marks.flatMap((mark: unknown, index) => markedPaths(mark, [...path, index]));
  }
  return Object.entries(treeOf(marks))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, mark]) => markedPaths(mark, [...path, key]));
}

/** Which attributes force a replacement; their order says nothing. */
function sortedPaths(paths: unknown): unknown {
  return Array.isArray(paths) ? paths.map(canonicalText).sort() : paths;
}
