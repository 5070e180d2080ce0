import type { TerraformEvent } from './terraform-events.js';

/** The `Outputs:` block at the end of an apply; null for the outputs of a plan, which carry no values. */
export function renderOutputs(outputs: NonNullable<TerraformEvent['outputs']>): string | null {
  const shown = Object.entries(outputs)
    .filter(([, output]) => output.action === undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (shown.length === 0) {
    return null;
  }
  const lines = shown.map(
    ([name, { sensitive, value }]) => `${name} = ${sensitive ? '<sensitive>' : hcl(value, '')}`,
  );
  return ['', 'Outputs:', '', ...lines].join('\n');
}

function hcl(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${inner}${hcl(item, inner)},\n`);
    return items.length === 0 ? '[]' : `[\n${items.join('')}${indent}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value).map(
      ([key, item]) => `${inner}${JSON.stringify(key)} = ${hcl(item, inner)}\n`,
    );
    return items.length === 0 ? '{}' : `{\n${items.join('')}${indent}}`;
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return `<<EOT\n${value}\nEOT`;
  }
  return JSON.stringify(value ?? null);
}
