import { describe, expect, it } from '@jest/globals';
import type { DemoTask } from './demo-task.js';
import { expectWayIsFree } from './demo-workspace.js';

const task = (message: string | null, operation = 'plan_and_apply', finishedAt: string | null = null) =>
  ({ id: 't1', status: 'apply_pending', message, operation, finishedAt }) as DemoTask;

describe('the way', () => {
  it('is not free while somebody else’s task waits there', () => {
    expect(() => {
      expectWayIsFree([task('mine')]);
    }).toThrow('task t1 (plan_and_apply, apply_pending) is in the way');
  });

  it('is free of ended tasks, of plans and of what a demo left', () => {
    expect(() => {
      expectWayIsFree([
        task('mine', 'destroy', '2026-01-01T00:00:00Z'),
        task(null, 'plan'),
        task('npm run demo: run 1'),
      ]);
    }).not.toThrow();
  });
});
