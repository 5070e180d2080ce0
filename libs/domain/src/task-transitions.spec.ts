import { describe, expect, it } from '@jest/globals';
import { TASK_STATUSES, type TaskStatus } from './task-status.js';
import {
  FINAL_STATUSES,
  isFinal,
  mayMove,
  statusesBefore,
  TASK_TRANSITIONS,
  TaskVerb,
  verbsOfPeople,
} from './task-transitions.js';

const VERBS = Object.values(TaskVerb);

/** Written out by hand: the table of transitions must say this and nothing else. */
const LEGAL: readonly `${TaskStatus} ${TaskVerb} ${TaskStatus}`[] = [
  'pending claim assigned',
  'pending fail failed',
  'pending cancel cancelled',
  'pending discard discarded',
  'assigned accept planning',
  'assigned accept applying',
  'assigned accept running',
  'assigned release pending',
  'assigned release apply_queued',
  'assigned replan pending',
  'assigned restore pending',
  'assigned fail failed',
  'assigned cancel cancelled',
  'assigned discard discarded',
  'planning finish_plan apply_pending',
  'planning finish_plan apply_queued',
  'planning finish succeeded',
  'planning retry pending',
  'planning fail failed',
  'planning cancel cancelled',
  'planning discard discarded',
  'apply_pending confirm apply_queued',
  'apply_pending confirm pending',
  'apply_pending replan pending',
  'apply_pending cancel cancelled',
  'apply_pending discard discarded',
  'apply_queued claim assigned',
  'apply_queued replan pending',
  'apply_queued restore pending',
  'apply_queued fail failed',
  'apply_queued cancel cancelled',
  'apply_queued discard discarded',
  'applying finish succeeded',
  'applying retry pending',
  'applying fail failed',
  'applying cancel cancelled',
  'running finish succeeded',
  'running retry pending',
  'running fail failed',
  'running cancel cancelled',
  'running discard discarded',
];

const ALL_MOVES = TASK_STATUSES.flatMap((from) =>
  VERBS.flatMap((verb) => TASK_STATUSES.map((to) => ({ from, verb, to }))),
);

describe('the table of transitions', () => {
  it.each(ALL_MOVES.filter(({ from, verb, to }) => LEGAL.includes(`${from} ${verb} ${to}`)))(
    'lets $verb move a task from $from to $to',
    ({ from, verb, to }) => {
      expect(mayMove(from, verb, to)).toBe(true);
    },
  );

  it('forbids every other move', () => {
    const forbidden = ALL_MOVES.filter(({ from, verb, to }) => !LEGAL.includes(`${from} ${verb} ${to}`));
    expect(forbidden.filter(({ from, verb, to }) => mayMove(from, verb, to))).toEqual([]);
    expect(forbidden).toHaveLength(ALL_MOVES.length - LEGAL.length);
  });

  it('reaches every state from pending', () => {
    const reached = new Set<TaskStatus>(['pending']);
    for (const from of reached) {
      Object.values(TASK_TRANSITIONS[from])
        .flat()
        .forEach((to) => reached.add(to));
    }
    expect([...reached].sort()).toEqual([...TASK_STATUSES].sort());
  });

  it('has exactly four final states, which nothing leaves', () => {
    expect([...FINAL_STATUSES].sort()).toEqual(['cancelled', 'discarded', 'failed', 'succeeded']);
  });

  it('lets a person end a task in every state that is not final', () => {
    const stuck = TASK_STATUSES.filter(
      (status) => !isFinal(status) && !verbsOfPeople(status).includes('cancel'),
    );
    expect(stuck).toEqual([]);
  });

  it('never sends an apply that has begun back to be applied, and back at all by one verb alone', () => {
    expect(VERBS.filter((verb) => mayMove('applying', verb, 'pending'))).toEqual(['retry']);
    expect(Object.values(TASK_TRANSITIONS.applying).flat()).not.toContain('apply_queued');
  });

  it('names the states that a verb may be said in', () => {
    expect(statusesBefore('confirm', 'apply_queued')).toEqual(['apply_pending']);
    expect(statusesBefore('claim', 'assigned')).toEqual(['pending', 'apply_queued']);
  });
});
