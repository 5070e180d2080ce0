import { describe, expect, it } from '@jest/globals';
import type { DemoTask } from './demo-task.js';
import { TaskFailed, tailOf } from './task-failed.js';

const task = (status: string, error: DemoTask['error']) => ({ id: 't1', status, error }) as DemoTask;

describe('a task that did not succeed', () => {
  it('is told with its error', () => {
    expect(new TaskFailed(task('failed', { code: 'NO_PLAN', message: 'It is gone.' }), []).message).toBe(
      'task t1 failed: NO_PLAN: It is gone.',
    );
  });

  it('is told with its status where there is no error', () => {
    expect(new TaskFailed(task('cancelled', null), []).message).toBe('task t1 is cancelled');
  });

  it('is shown with the end of its log', () => {
    const log = Array.from({ length: 40 }, (_, n) => `line ${n + 1}`).join('\n');

    expect(tailOf(`${log}\n\n`)).toHaveLength(25);
    expect(tailOf(`${log}\n\n`).at(-1)).toBe('line 40');
  });
});
