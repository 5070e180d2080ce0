import { normalise } from './failure-rule.js';
import type { Diagnostic } from './terraform-events.js';

/** The holder's id, as the http backend was told it. */
const HOLDER_ID = /already locked: ID=(\S+)/;
/** To the blank line behind it, or the end. */
const LOCK_INFO = /\s*Lock Info:\n(?:[ \t]+\S.*(?:\n|$))+/;

/**
 * A diagnostic's detail without the lock of the run that it is about. Terraform's http backend shows that one where the
 * holder's should be (1.11, and main of 2026): whoever reads it looks for themselves.
 */
export function withoutOwnLock(detail: string): string {
  const holder = HOLDER_ID.exec(detail)?.[1];
  return holder === undefined || field(detail, 'ID') === holder ? detail : detail.replace(LOCK_INFO, '\n');
}

/** Who holds the state's lock and what for, where terraform knows it. */
export function heldBy({ summary, detail }: Diagnostic): string {
  const text = `${summary}\n${withoutOwnLock(detail)}`;
  const who = field(text, 'Who');
  if (who === null) {
    return 'Somebody else holds the lock of the state.';
  }
  const operation = field(text, 'Operation');
  const created = field(text, 'Created');
  const what = operation === null ? '' : ` for ${operation}`;
  return `${who} holds the lock of the state${what}${created === null ? '' : ` since ${created}`}.`;
}

function field(text: string, name: string): string | null {
  const found = new RegExp(`^\\s*${name}:[ \\t]*(\\S.*?)\\s*$`, 'm').exec(text)?.[1];
  return found === undefined ? null : normalise(found);
}
