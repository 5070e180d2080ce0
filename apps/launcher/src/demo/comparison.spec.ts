import { describe, expect, it } from '@jest/globals';
import { applyFigures } from './comparison.js';
import type { DemoTask } from './demo-task.js';

const WARM: DemoTask = {
  id: 't1',
  operation: 'plan_and_apply',
  status: 'succeeded',
  phase: 'apply',
  message: null,
  agentId: 'agent-1',
  slotId: 1,
  planHash: null,
  changes: null,
  error: null,
  phases: {
    apply: {
      processStartedAt: '2026-01-01T00:00:10.030Z',
      init: { skipped: true, reason: 'same slot, plan hash verified', seconds: 0 },
      planRestore: { skipped: true, seconds: 0 },
    },
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  confirmedAt: '2026-01-01T00:00:10.000Z',
  finishedAt: '2026-01-01T00:00:10.130Z',
};

describe('the figures of an apply', () => {
  it('count from the confirmation, and name what was skipped', () => {
    expect(applyFigures(WARM)).toEqual({
      taskId: 't1',
      startedAfterMs: 30,
      initSeconds: null,
      planRestoreSeconds: null,
      totalMs: 130,
      reason: 'same slot, plan hash verified',
    });
  });

  it('count from the queueing where no confirmation is needed', () => {
    const cold: DemoTask = {
      ...WARM,
      createdAt: '2026-01-01T00:00:09.900Z',
      confirmedAt: null,
      phases: {
        apply: {
          processStartedAt: '2026-01-01T00:00:10.030Z',
          init: { skipped: false, reason: 'agent does not match', seconds: 0.08 },
          planRestore: { skipped: false, seconds: 0.007 },
        },
      },
    };

    expect(applyFigures(cold)).toMatchObject({
      startedAfterMs: 130,
      initSeconds: 0.08,
      planRestoreSeconds: 0.007,
      totalMs: 230,
    });
  });

  it('are refused where nothing was applied', () => {
    expect(() => applyFigures({ ...WARM, phases: {} })).toThrow('task t1 has no record of its apply');
  });
});
