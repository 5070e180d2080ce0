import { describe, expect, it } from '@jest/globals';
import { check, type EndedTask, type Evidence, type Rule } from '../chaos/checker.js';
import type { Effect } from '../chaos/effects.js';

const task = (id: string, more: Partial<EndedTask> = {}): EndedTask => ({
  id,
  workspaceId: 'w',
  operation: 'plan_and_apply',
  status: 'succeeded',
  message: `request-${id}`,
  errorCode: null,
  retries: 0,
  maxRetries: 5,
  changes: { add: 1, change: 0, destroy: 0 },
  isFinal: true,
  ...more,
});
const move = (taskId: string, toStatus: string, attempt: number, at: number) => ({
  taskId,
  toStatus,
  attempt,
  at,
});
const effect = (kind: Effect['kind'], taskId: string, attempt: number, at: number): Effect => ({
  kind,
  taskId,
  attempt,
  workspace: 'w',
  at,
});

/** One task that planned in attempt 1 and was applied in attempt 2. */
const well: Evidence = {
  promised: [{ taskId: 'a', message: 'request-a' }],
  tasks: [task('a')],
  moves: [move('a', 'planning', 1, 10), move('a', 'applying', 2, 20), move('a', 'succeeded', 2, 30)],
  effects: [effect('plan', 'a', 1, 11), effect('apply', 'a', 2, 21), effect('changed', 'a', 2, 22)],
  strandedSlots: [],
  leftProcesses: [],
};

const broken = (more: Partial<Evidence>): Rule[] => check({ ...well, ...more }).map(({ rule }) => rule);

describe('the judge of a chaos run', () => {
  it('finds nothing where all is well', () => {
    expect(check(well)).toEqual([]);
  });

  it('finds a task that was promised and is not there', () => {
    expect(broken({ promised: [...well.promised, { taskId: 'b', message: 'request-b' }] })).toEqual(['lost']);
  });

  it('finds two tasks of one request', () => {
    const twin = task('b', { message: 'request-a', status: 'cancelled' });
    expect(broken({ tasks: [task('a'), twin] })).toEqual(['createdTwice']);
  });

  it('finds a second start within an attempt, and none where the attempt is another', () => {
    expect(broken({ effects: [...well.effects, effect('plan', 'a', 1, 12)] })).toEqual(['startedTwice']);
    expect(broken({ effects: [...well.effects, effect('plan', 'a', 3, 12)] })).toEqual([]);
  });

  it('finds a change by an attempt that was never given the apply', () => {
    expect(broken({ moves: [move('a', 'planning', 1, 10)] })).toEqual(['staleEffect']);
  });

  it('finds a change that came after another writing task of the workspace had begun', () => {
    const other = { tasks: [task('a'), task('b', { status: 'cancelled' })] };
    expect(broken({ ...other, moves: [...well.moves, move('b', 'planning', 1, 21)] })).toEqual([
      'staleEffect',
    ]);
    expect(broken({ ...other, moves: [...well.moves, move('b', 'planning', 1, 23)] })).toEqual([]);
  });

  it('lets a plan that writes nothing run beside an apply', () => {
    const reader = task('b', { operation: 'plan' });
    expect(
      broken({ tasks: [task('a'), reader], moves: [...well.moves, move('b', 'planning', 1, 21)] }),
    ).toEqual([]);
  });

  it('finds a task that was applied twice, and one that was never', () => {
    expect(broken({ effects: [...well.effects, effect('changed', 'a', 2, 23)] })).toEqual(['appliedTwice']);
    expect(broken({ effects: [] })).toEqual(['neverApplied']);
  });

  it('finds a failure that was not the task’s own, unless its retries ran out', () => {
    const failed = { status: 'failed', errorCode: 'STATE_UNREACHABLE' };
    expect(broken({ tasks: [task('a', failed)] })).toEqual(['failedWithoutCause']);
    expect(broken({ tasks: [task('a', { ...failed, retries: 5 })] })).toEqual([]);
    for (const errorCode of ['AGENT_LOST_DURING_APPLY', 'AGENT_STOPPED_DURING_APPLY']) {
      expect(broken({ tasks: [task('a', { ...failed, errorCode })] })).toEqual([]);
    }
    const killed = task('a', { ...failed, errorCode: 'TERRAFORM_KILLED' });
    expect(broken({ tasks: [killed] })).toEqual(['failedWithoutCause']);
  });

  it('finds what has not come to an end, and the slots and processes that nobody needs', () => {
    expect(broken({ tasks: [task('a', { status: 'planning', isFinal: false })] })).toEqual(['stuck']);
    expect(broken({ strandedSlots: ['agent-1/1'] })).toEqual(['strandedSlot']);
    expect(broken({ leftProcesses: ['process 1'] })).toEqual(['leftProcess']);
  });
});
