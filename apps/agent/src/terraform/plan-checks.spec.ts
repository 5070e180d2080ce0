import { describe, expect, it } from '@jest/globals';
import { planChecks } from './plan-checks.js';

/** As terraform 1.11.4 says it of a check that fails, one that holds and a condition of an output. */
const CHECKS = [
  {
    address: { kind: 'check', name: 'fine', to_display: 'check.fine' },
    status: 'pass',
    instances: [{ address: { to_display: 'check.fine' }, status: 'pass' }],
  },
  {
    address: { kind: 'check', name: 'health', to_display: 'check.health' },
    status: 'fail',
    instances: [
      { address: { to_display: 'check.health' }, status: 'fail', problems: [{ message: 'it is not well' }] },
    ],
  },
  { address: { kind: 'output_value', name: 'url', to_display: 'output.url' }, status: 'unknown' },
];

describe('the checks of a plan', () => {
  it('begin with what does not hold, in the words of the configuration', () => {
    expect(planChecks(CHECKS)).toEqual([
      { address: 'check.health', kind: 'check', status: 'fail', problems: ['it is not well'] },
      { address: 'output.url', kind: 'output_value', status: 'unknown', problems: [] },
      { address: 'check.fine', kind: 'check', status: 'pass', problems: [] },
    ]);
  });

  it.each([[undefined], [null], ['no list'], [[null, 7, { status: 'fail' }, { address: {} }]]])(
    'are none where terraform says %j',
    (value) => {
      expect(planChecks(value)).toEqual([]);
    },
  );

  it('take a status of a later version for one that nobody knows', () => {
    const [check] = planChecks([{ address: { kind: 'check', to_display: 'check.a' }, status: 'maybe' }]);
    expect(check?.status).toBe('unknown');
  });

  it('are at most 200, and those that fail are among them', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      address: { kind: 'check', to_display: `check.c${index}` },
      status: index === 499 ? 'fail' : 'pass',
    }));
    const told = planChecks(many);
    expect(told).toHaveLength(200);
    expect(told[0]).toMatchObject({ address: 'check.c499', status: 'fail' });
  });
});
