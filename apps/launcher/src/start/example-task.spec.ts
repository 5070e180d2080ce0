import { describe, expect, it } from '@jest/globals';
import { nextExampleStep, planLine } from './example-task.js';
import type { ExampleTask } from './example-task.js';

const task = (id: string, status: string, hour: number): ExampleTask => ({
  id,
  status,
  createdAt: `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`,
});

describe('the example at a start', () => {
  it('is created when there is none', () => {
    expect(nextExampleStep([])).toEqual({ kind: 'create' });
  });

  it('is reported when it waits for a confirmation, whatever came later', () => {
    const waiting = task('a', 'apply_pending', 1);

    expect(nextExampleStep([task('b', 'failed', 2), waiting])).toEqual({ kind: 'report', task: waiting });
  });

  it('is waited for when it is being planned', () => {
    const planning = task('a', 'planning', 1);

    expect(nextExampleStep([planning])).toEqual({ kind: 'wait', task: planning });
  });

  it.each(['succeeded', 'discarded', 'cancelled', 'applying'])(
    'is not created again when it is %s',
    (status) => {
      const decided = task('a', status, 1);

      expect(nextExampleStep([decided])).toEqual({ kind: 'report', task: decided });
    },
  );

  it('is not created again when it was applied once and failed later', () => {
    const failed = task('b', 'failed', 2);

    expect(nextExampleStep([task('a', 'succeeded', 1), failed])).toEqual({ kind: 'report', task: failed });
  });

  it('is tried anew when it has only ever failed', () => {
    expect(nextExampleStep([task('a', 'failed', 1), task('b', 'failed', 2)])).toEqual({ kind: 'create' });
  });

  it('is summed up in the words of terraform', () => {
    const planned = { ...task('a', 'apply_pending', 1), changes: { add: 1, change: 0, destroy: 2 } };

    expect(planLine(planned)).toBe('Plan: 1 to add, 0 to change, 2 to destroy.');
  });
});
