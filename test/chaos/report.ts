import { RULES, type EndedTask, type Rule, type TaskMove, type Violation } from './checker.js';
import type { PastFault } from './storm.js';

export interface Outcome {
  readonly seed: number;
  readonly minutes: number;
  readonly tasks: readonly EndedTask[];
  readonly moves: readonly TaskMove[];
  readonly faults: readonly PastFault[];
  readonly violations: readonly Violation[];
  /** From the last fault's end until every task had come to its end, in seconds. */
  readonly settledSeconds: number;
}

/** What a run has shown, in a screenful. */
export function report(outcome: Outcome): string {
  const { seed, minutes, tasks, faults, violations, settledSeconds } = outcome;
  return [
    `chaos: seed ${seed}, ${minutes} min, ${faults.length} faults, ${tasks.length} tasks`,
    '',
    table(
      ['fault', 'times', 'seconds until a task went well: median', 'worst'],
      [...byName(faults)].map(([name, some]) => {
        const waits = some.map((fault) => recovery(fault, outcome.moves)).sort((a, b) => a - b);
        return [
          name,
          String(some.length),
          seconds(waits[Math.floor(waits.length / 2)]),
          seconds(waits.at(-1)),
        ];
      }),
    ),
    '',
    table(
      ['tasks that ended', 'times'],
      [...counts(tasks.map(endOf))].map(([name, count]) => [name, String(count)]),
    ),
    '',
    table(
      ['must be 0', 'times'],
      (Object.keys(RULES) as Rule[]).map((rule) => [
        RULES[rule],
        String(violations.filter((one) => one.rule === rule).length),
      ]),
    ),
    `all at rest ${settledSeconds.toFixed(1)} s after the last fault`,
    ...violations.slice(0, 40).map(({ rule, what }) => `${RULES[rule]}: ${what}`),
  ].join('\n');
}

/** Seconds from the fault's end to the next task that went well. */
function recovery({ endedAt }: PastFault, moves: readonly TaskMove[]): number {
  const next = moves.find(
    ({ at, toStatus }) => at >= endedAt && (toStatus === 'succeeded' || toStatus === 'apply_pending'),
  );
  return next === undefined ? Number.NaN : (next.at - endedAt) / 1_000;
}

function endOf({ status, errorCode }: EndedTask): string {
  return errorCode === null || status !== 'failed' ? status : `${status}: ${errorCode}`;
}

function byName(faults: readonly PastFault[]): Map<string, PastFault[]> {
  const groups = new Map<string, PastFault[]>();
  for (const fault of [...faults].sort((a, b) => a.name.localeCompare(b.name))) {
    groups.set(fault.name, [...(groups.get(fault.name) ?? []), fault]);
  }
  return groups;
}

function counts(names: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of [...names].sort()) {
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  return found;
}

function seconds(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '-' : value.toFixed(1);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, n) => Math.max(title.length, ...rows.map((row) => row[n]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  ');
  return [line(head), ...rows.map(line)].join('\n');
}
