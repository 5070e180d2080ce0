import type { Run } from '../../runs/queries.js';

/** A piece of a run's time, in the order in which it was spent. */
export interface Segment {
  readonly key: string;
  readonly label: string;
  /** `cold`: an init that had to be done; `core`: what the phase is there for. */
  readonly kind: 'wait' | 'person' | 'step' | 'cold' | 'skipped' | 'core';
  /** Null while it goes on. */
  readonly seconds: number | null;
  readonly from: string | null;
  readonly failed: boolean;
  /** What there is to say of it. */
  readonly note: string | null;
}

export interface PhaseStrip {
  readonly phase: 'plan' | 'apply' | 'build';
  /** Whether the phase could skip init; null where it cannot be told yet. */
  readonly warm: boolean | null;
  readonly segments: readonly Segment[];
  /** Each comparison that decided it, in words. */
  readonly checks: readonly string[];
}

type PhaseRecord = NonNullable<Run['phases']['plan']>;

/** What terraform itself does: the reason for all the rest. */
const CORE = new Set(['plan', 'apply', 'build', 'terraform plan', 'terraform apply']);

/** The run as strips of time, one for each of its phases. */
export function stripsOf(run: Run): PhaseStrip[] {
  const phases = run.kind === 'build' ? (['build'] as const) : (['plan', 'apply'] as const);
  return phases.flatMap((phase) => {
    const record = run.phases[phase];
    const segments = [...waitBefore(run, phase, record), ...stepsOf(record)];
    return segments.length === 0
      ? []
      : [{ phase, warm: warmOf(phase, record), segments, checks: record?.warmChecks ?? [] }];
  });
}

function warmOf(phase: string, record: PhaseRecord | undefined): boolean | null {
  return phase === 'build' || record?.init === undefined ? null : record.init.skipped;
}

function waitBefore(run: Run, phase: string, record: PhaseRecord | undefined): Segment[] {
  const begin = record?.startedAt ?? null;
  const wait = (
    label: string,
    kind: 'wait' | 'person',
    from: string | null,
    to: string | null,
  ): Segment[] => {
    if (from === null) {
      return [];
    }
    const end = to ?? run.finishedAt;
    const seconds = end === null ? null : Math.max(0, (Date.parse(end) - Date.parse(from)) / 1_000);
    return [{ key: label, label, kind, seconds, from, failed: false, note: null }];
  };
  if (phase !== 'apply') {
    return wait('waited for a slot', 'wait', run.createdAt, begin);
  }
  const planned = run.phases.plan?.finishedAt ?? null;
  const asked = run.status === 'apply_pending' || run.confirmedAt !== null;
  return [
    ...(asked
      ? wait(
          run.confirmedAt === null && run.finishedAt === null ? 'waits for a person' : 'waited for a person',
          'person',
          planned,
          run.confirmedAt,
        )
      : []),
    ...wait('confirmed, and began', 'wait', run.confirmedAt, begin),
  ];
}

function stepsOf(record: PhaseRecord | undefined): Segment[] {
  if (record === undefined) {
    return [];
  }
  const steps = (record.steps ?? []).map(({ name, seconds, startedAt, failed }, index): Segment => {
    const skipped = name === 'init' && record.init?.skipped === true;
    return {
      key: `${index} ${name}`,
      label: name.replaceAll('_', ' '),
      kind: skipped ? 'skipped' : name === 'init' ? 'cold' : CORE.has(name) ? 'core' : 'step',
      seconds,
      from: startedAt ?? null,
      failed: failed ?? false,
      note: name === 'init' ? (record.init?.reason ?? null) : null,
    };
  });
  if (record.init?.skipped === true && !steps.some(({ label }) => label === 'init')) {
    const note = record.init.reason;
    steps.unshift({
      key: 'init',
      label: 'init',
      kind: 'skipped',
      seconds: 0,
      from: null,
      failed: false,
      note,
    });
  }
  return steps;
}

/** How long a phase has worked, waiting left out; null while it works, or where it has not begun. */
export function worked({ segments }: PhaseStrip): number | null {
  const work = segments.filter(({ kind }) => kind !== 'wait' && kind !== 'person');
  return work.length === 0 || work.some(({ seconds }) => seconds === null)
    ? null
    : work.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
}

/**
 * How wide each piece is drawn, of 100. Hours of waiting beside milliseconds of work would leave nothing of the work to be
 * seen: widths follow the square root of the time, and none is too small to be pointed at.
 */
export function widthsOf(segments: readonly Segment[], now: number): number[] {
  const parts = segments.map(({ seconds, from }) => {
    const lasting = seconds ?? (from === null ? 1 : Math.max(0, (now - Date.parse(from)) / 1_000));
    return Math.sqrt(lasting + 0.05);
  });
  const all = parts.reduce((sum, part) => sum + part, 0);
  const floored = parts.map((part) => Math.max(4, (part / all) * 100));
  const sum = floored.reduce((total, part) => total + part, 0);
  return floored.map((part) => (part / sum) * 100);
}
