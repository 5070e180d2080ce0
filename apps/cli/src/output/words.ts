import type { Schemas } from '@berth/client';

type Task = Schemas['Task'];

/** How long ago, or how long from now, in the largest unit. */
export function ago(time: string | null | undefined, now: number = Date.now()): string {
  if (time === null || time === undefined) {
    return '';
  }
  const seconds = Math.round((now - Date.parse(time)) / 1_000);
  const text = span(Math.abs(seconds));
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** Seconds in their largest unit. */
export function span(seconds: number): string {
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ];
  for (const [size, unit] of units) {
    if (seconds >= size) {
      return `${Math.floor(seconds / size)} ${unit}`;
    }
  }
  return `${seconds < 10 ? Math.round(seconds * 10) / 10 : Math.round(seconds)} s`;
}

/** Bytes with the unit that leaves one to three digits before the point. */
export function size(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (let at = 0; value >= 1_000 && at < units.length; at += 1) {
    value /= 1_000;
    unit = units[at] ?? unit;
  }
  return `${value < 10 && unit !== 'B' ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** As terraform counts, with what else the plan would do. */
export function changesText(changes: Task['changes']): string {
  if (changes === null) {
    return '';
  }
  const { add, change, destroy } = changes;
  const more = (['import', 'move', 'forget', 'drift', 'outputs', 'actions', 'other'] as const).flatMap(
    (kind) => (changes[kind] > 0 ? [`${kind} ${changes[kind]}`] : []),
  );
  return [`+${add} ~${change} -${destroy}`, ...more].join(', ');
}

/** The same as a sentence. */
export function changesSentence(changes: NonNullable<Task['changes']>): string {
  const { add, change, destroy } = changes;
  const words = {
    import: ['to import', 'to import'],
    move: ['to move', 'to move'],
    forget: ['to forget', 'to forget'],
    drift: ['drifted', 'drifted'],
    outputs: ['output to change', 'outputs to change'],
    actions: ['action to invoke', 'actions to invoke'],
    other: ['other change', 'other changes'],
  } as const;
  const more = (Object.keys(words) as (keyof typeof words)[]).flatMap((kind) =>
    changes[kind] > 0 ? [`${changes[kind]} ${words[kind][changes[kind] === 1 ? 0 : 1]}`] : [],
  );
  return [`${add} to add`, `${change} to change`, `${destroy} to destroy`, ...more].join(', ');
}

const STATUS_WORDS: Readonly<Record<Task['status'], string>> = {
  pending: 'waits in the queue',
  assigned: 'is given to an agent',
  planning: 'plans',
  apply_pending: 'waits for a confirmation',
  apply_queued: 'is confirmed and waits to be applied',
  applying: 'applies',
  running: 'runs',
  succeeded: 'has succeeded',
  failed: 'has failed',
  cancelled: 'was cancelled',
  discarded: 'was discarded',
};

/** What a run in this state does, after "run X ". */
export function statusWords(status: Task['status']): string {
  return STATUS_WORDS[status];
}

const FINAL: ReadonlySet<Task['status']> = new Set(['succeeded', 'failed', 'cancelled', 'discarded']);

/** Whether nothing more will happen. */
export function isOver(status: Task['status']): boolean {
  return FINAL.has(status);
}
