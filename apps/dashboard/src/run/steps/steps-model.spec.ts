import { describe, expect, it } from '@jest/globals';
import type { Run } from '../../runs/queries.js';
import { stripsOf, widthsOf, worked } from './steps-model.js';

const at = (seconds: number): string => new Date(1_000_000 + seconds * 1_000).toISOString();

const RUN = {
  kind: 'terraform',
  status: 'succeeded',
  createdAt: at(0),
  confirmedAt: at(100),
  finishedAt: at(110),
  phases: {
    plan: {
      startedAt: at(3),
      finishedAt: at(60),
      init: { skipped: false, reason: 'first plan', seconds: 54 },
      steps: [
        { name: 'init', seconds: 54 },
        { name: 'plan', seconds: 2 },
      ],
    },
    apply: {
      startedAt: at(100.02),
      init: { skipped: true, reason: 'same slot, plan hash verified', seconds: 0 },
      warmChecks: ['same slot … yes (1)'],
      steps: [{ name: 'apply', seconds: 8 }],
    },
  },
} as unknown as Run;

describe('where the time of a run went', () => {
  it('is told in order: waiting, steps, the person, and that the apply was warm', () => {
    const strips = stripsOf(RUN);
    expect(strips.map(({ phase, warm }) => [phase, warm])).toEqual([
      ['plan', false],
      ['apply', true],
    ]);
    expect(
      strips.flatMap(({ segments }) => segments.map(({ label, kind, seconds }) => [label, kind, seconds])),
    ).toEqual([
      ['waited for a slot', 'wait', 3],
      ['init', 'cold', 54],
      ['plan', 'core', 2],
      ['waited for a person', 'person', 40],
      ['confirmed, and began', 'wait', 0.02],
      ['init', 'skipped', 0],
      ['apply', 'core', 8],
    ]);
    expect(strips[1]?.checks).toEqual(['same slot … yes (1)']);
  });

  it('goes on while the run waits', () => {
    const waiting = {
      ...RUN,
      status: 'apply_pending',
      confirmedAt: null,
      finishedAt: null,
      phases: { plan: RUN.phases.plan },
    };
    const [, apply] = stripsOf(waiting as Run);
    expect(apply?.segments).toMatchObject([{ label: 'waits for a person', seconds: null, from: at(60) }]);
  });

  it('is summed up without the waiting, once nothing of it goes on', () => {
    expect(stripsOf(RUN).map(worked)).toEqual([56, 8]);
    const going = {
      ...RUN,
      phases: { ...RUN.phases, apply: { ...RUN.phases.apply, steps: [{ name: 'apply', seconds: null }] } },
    };
    expect(stripsOf(going as unknown as Run).map(worked)).toEqual([56, null]);
  });

  it('says nothing of an apply that never was asked for', () => {
    const planned = { ...RUN, confirmedAt: null, phases: { plan: RUN.phases.plan } } as unknown as Run;
    expect(stripsOf(planned).map(({ phase }) => phase)).toEqual(['plan']);
  });

  it('is drawn so that hours of waiting leave the work to be seen', () => {
    const [plan] = stripsOf({ ...RUN, createdAt: at(-36_000) });
    const widths = widthsOf(plan?.segments ?? [], 0);
    expect(Math.min(...widths)).toBeGreaterThan(3);
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(100);
  });
});
