import { basename } from 'node:path';
import { withoutOwnLock } from './lock-holder.js';
import type { Diagnostic } from './terraform-events.js';
import { isVariablesFile } from './variables-file.js';

/**
 * Terraform prints the planned and the present value of a variable that differs at the apply, in clear
 * text even when it is sensitive (1.11).
 */
const QUOTES_VALUES = [
  'Ignoring variable when applying a saved plan',
  "Can't change variable when applying a saved plan",
];

/** The part of a diagnostic below its summary that may be shown to anybody who may see the run. */
export function safeDetail(diagnostic: Diagnostic): string {
  return QUOTES_VALUES.includes(diagnostic.summary)
    ? '(detail left out: it may quote sensitive values)'
    : withoutOwnLock(diagnostic.detail).trimEnd();
}

/** As terraform prints a diagnostic without colours, with the same order and indentation; long lines are not wrapped. */
export function renderDiagnostic(diagnostic: Diagnostic): string {
  const lines = ['', `${heading(diagnostic.severity)}${diagnostic.summary}`, '', ...place(diagnostic)];
  const detail = safeDetail(diagnostic);
  return (detail === '' ? lines : [...lines, detail]).join('\n').trimEnd();
}

/** A variables' file lies in the slot, which is nobody's to know. */
export function shownName(filename: string): string {
  return isVariablesFile(filename) ? basename(filename) : filename;
}

function heading(severity: string): string {
  return severity === 'warning' ? 'Warning: ' : 'Error: ';
}

function place({ address, range, snippet }: Diagnostic): string[] {
  const lines = address === undefined || address === '' ? [] : [`  with ${address},`];
  if (range) {
    const context = snippet?.context ? `, in ${snippet.context}` : '';
    lines.push(`  on ${shownName(range.filename)} line ${range.start.line}${context}:`);
    // Its lines are the values of variables, some of them sensitive.
    lines.push(...(isVariablesFile(range.filename) ? ['  (value not shown)'] : source(snippet)));
  }
  return lines.length === 0 ? [] : [...lines, ''];
}

function source(snippet: Diagnostic['snippet']): string[] {
  if (!snippet) {
    return ['  (source code not available)'];
  }
  const code = snippet.code
    .split('\n')
    .map((line, index) => `${String(snippet.start_line + index).padStart(4)}: ${line}`);
  const values = [...(snippet.values ?? [])].sort((a, b) => (a.traversal < b.traversal ? -1 : 1));
  if (values.length === 0) {
    return code;
  }
  return [
    ...code,
    '    ├────────────────',
    ...values.map(
      ({ traversal, statement }) => `    │ ${traversal} ${statement.split('\n').join('\n    │   ')}`,
    ),
  ];
}
