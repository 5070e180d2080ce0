import { normalise } from './failure-rule.js';
import type { Diagnostic } from './terraform-events.js';

const FIELD = (name: string): RegExp => new RegExp(`^\\s*${name}:[ \\t]*(\\S.*?)\\s*$`, 'm');

/** Who holds the state's lock and what for, as terraform has it from the lock that it found. */
export function heldBy({ summary, detail }: Diagnostic): string {
  const text = `${summary}\n${detail}`;
  const said = (name: string): string | null => {
    const found = FIELD(name).exec(text)?.[1];
    return found === undefined ? null : normalise(found);
  };
  const who = said('Who');
  if (who === null) {
    return 'Somebody else holds the lock of the state.';
  }
  const operation = said('Operation');
  const created = said('Created');
  const what = operation === null ? '' : ` for ${operation}`;
  return `${who} holds the lock of the state${what}${created === null ? '' : ` since ${created}`}.`;
}
