/** One plan or apply. */
export interface Measured {
  readonly initSeconds: number;
  /** From the agent's first step to its last. */
  readonly totalSeconds: number;
  /** From the confirmation, or from the request of an apply of an earlier plan, to the start of terraform's process. */
  readonly toProcessMs: number;
  /** From there to terraform's version line. */
  readonly toVersionMs: number;
  /** From the process's start to the first change of a resource. */
  readonly toChangeMs: number;
}

const COLUMNS: readonly [string, (one: Measured) => number, string][] = [
  ['init', (one) => one.initSeconds, 's'],
  ['total', (one) => one.totalSeconds, 's'],
  ['to process', (one) => one.toProcessMs, 'ms'],
  ['to version', (one) => one.toVersionMs, 'ms'],
  ['to change', (one) => one.toChangeMs, 'ms'],
];

/** Medians; a mark that a row does not have is a dash. */
export function table(rows: ReadonlyMap<string, readonly Measured[]>): string {
  const head = [''.padEnd(36), ...COLUMNS.map(([title]) => title.padStart(12))].join('');
  const lines = [...rows].map(([name, runs]) =>
    [name.padEnd(36), ...COLUMNS.map(([, pick, unit]) => cell(median(runs.map(pick)), unit))].join(''),
  );
  return [head, ...lines].join('\n');
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

function cell(value: number, unit: string): string {
  const shown = Number.isNaN(value) ? '-' : `${value.toFixed(unit === 's' ? 3 : 0)} ${unit}`;
  return shown.padStart(12);
}
