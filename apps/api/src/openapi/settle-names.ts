import type { OpenAPIObject } from '@nestjs/swagger';
import { namedSchema, useOf, type NamedUse } from './named-schemas.js';

const key = ({ direction, name }: NamedUse): string => `${direction}:${name}`;

/**
 * Puts the schemas that the operations name among the document's components. One that is sent and given alike is there
 * once; where its two sides differ, what is sent is called `…Input`.
 */
export function settleNames(document: OpenAPIObject): OpenAPIObject {
  const used = schemasUsedBy(document.paths);
  const twofold = namesThatDiffer(used);
  const settled = ({ direction, name }: NamedUse): string =>
    direction === 'input' && twofold.has(name) ? `${name}Input` : name;
  const schemas = Object.fromEntries(
    [...used.values()]
      .map(({ use, schema }) => [settled(use), renamed(schema, settled)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  return {
    ...document,
    paths: renamed(document.paths, settled),
    components: { ...document.components, schemas: { ...document.components?.schemas, ...schemas } },
  };
}

interface Used {
  readonly use: NamedUse;
  readonly schema: ReturnType<typeof namedSchema>;
}

/** Those that are named, and those that these name. */
function schemasUsedBy(paths: OpenAPIObject['paths']): Map<string, Used> {
  const used = new Map<string, Used>();
  const open = usesIn(paths);
  for (let use = open.pop(); use !== undefined; use = open.pop()) {
    if (!used.has(key(use))) {
      const schema = namedSchema(use);
      used.set(key(use), { use, schema });
      open.push(...usesIn(schema));
    }
  }
  return used;
}

/** The names used in both directions with two meanings, be it only by what they name in turn. */
function namesThatDiffer(used: ReadonlyMap<string, Used>): Set<string> {
  const plain = (name: string, direction: NamedUse['direction']): string | undefined => {
    const one = used.get(key({ name, direction }));
    return one === undefined ? undefined : JSON.stringify(renamed(one.schema, (use) => use.name));
  };
  const both = [...used.values()]
    .filter(({ use }) => use.direction === 'input' && used.has(key({ ...use, direction: 'output' })))
    .map(({ use, schema }) => ({ name: use.name, names: usesIn(schema).map(({ name }) => name) }));
  const differing = new Set(
    both.map(({ name }) => name).filter((name) => plain(name, 'input') !== plain(name, 'output')),
  );
  for (let before = -1; before !== differing.size;) {
    before = differing.size;
    both
      .filter(({ names }) => names.some((name) => differing.has(name)))
      .forEach(({ name }) => differing.add(name));
  }
  return differing;
}

function usesIn(part: unknown): NamedUse[] {
  const uses: NamedUse[] = [];
  renamed(part, (use) => {
    uses.push(use);
    return use.name;
  });
  return uses;
}

/** The same with the name of each use in its reference. */
function renamed<T>(part: T, nameOf: (use: NamedUse) => string): T {
  return JSON.parse(JSON.stringify(part), (field, value: unknown) => {
    const use = field === '$ref' && typeof value === 'string' ? useOf(value) : undefined;
    return use === undefined ? value : `#/components/schemas/${nameOf(use)}`;
  }) as T;
}
