/** Arguments and blocks of a module call, which a variable of the module would be as well. */
const RESERVED: ReadonlySet<string> = new Set([
  'source',
  'version',
  'providers',
  'count',
  'for_each',
  'lifecycle',
  'depends_on',
  'locals',
  'provider',
  '_',
]);

/** Why no configuration can declare a terraform variable of this name, or null when one can. */
export function reservedVariable(key: string): string | null {
  return RESERVED.has(key)
    ? 'terraform keeps that name for itself (as it does ' +
        `${[...RESERVED].filter((name) => name !== key).join(', ')}), so that no configuration can have such a variable`
    : null;
}
