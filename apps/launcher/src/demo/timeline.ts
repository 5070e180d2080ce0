import type { DemoEvent, DemoTask } from './demo-task.js';

export interface TimelineRow {
  /** What began or was done at this moment. */
  mark: string;
  at: string;
  /** Since the task was queued. */
  offsetMs: number;
  /** Until the next mark; null at the last one. */
  takesMs: number | null;
}

/** The moments of a task's life that a person cares about; of several attempts, those of the last. */
export function timelineOf(task: DemoTask, events: readonly DemoEvent[]): TimelineRow[] {
  const plan = lastAttempt(events, 'plan');
  const apply = lastAttempt(events, 'apply');
  const marks: [mark: string, at: string | null | undefined][] = [
    ['queued', task.createdAt],
    ['assigned', plan.at('claim')],
    ['init', plan.at('init')],
    ['plan', plan.at('plan')],
    ['planned', plan.at('finish_plan') ?? plan.at('finish')],
    ['confirmed', task.confirmedAt],
    ['assigned', apply.at('claim')],
    ['init', apply.at('init')],
    ['plan restore', apply.at('restore_plan')],
    ['apply begun', task.phases.apply?.processStartedAt],
    ['applied', apply.at('finish')],
  ];
  const known = marks.flatMap(([mark, at]) => (typeof at === 'string' ? [{ mark, at }] : []));
  const begin = Date.parse(task.createdAt);
  return known.map(({ mark, at }, index) => {
    const next = known[index + 1];
    return {
      mark,
      at,
      offsetMs: Date.parse(at) - begin,
      takesMs: next === undefined ? null : Date.parse(next.at) - Date.parse(at),
    };
  });
}

function lastAttempt(events: readonly DemoEvent[], phase: 'plan' | 'apply') {
  const claim = events.findLast(({ event, data }) => event === 'claim' && data['phase'] === phase);
  const own = events.filter(({ attempt }) => attempt === claim?.attempt);
  return {
    /** When it came to this event, if it did. */
    at: (name: string): string | undefined => own.find(({ event }) => event === name)?.at,
  };
}
