import type { PlanContent, PlanResourceChange } from '@berth/contracts';
import { describe, expect, it } from '@jest/globals';
import { Mask } from '../mask.js';
import { maskPlan } from './mask-plan.js';

const mask = Mask.of(['hunter22', '7654321']);

const resource = (change: Partial<PlanResourceChange>): PlanResourceChange => ({
  address: 'a.b',
  previousAddress: null,
  module: '',
  mode: 'managed',
  type: 'a',
  name: 'b',
  index: null,
  provider: '',
  actions: ['update'],
  reason: null,
  replacePaths: [],
  importing: null,
  deposed: null,
  before: null,
  after: null,
  afterUnknown: {},
  sensitiveChanges: [],
  ...change,
});

const plan = (parts: Partial<PlanContent>): PlanContent => ({
  summary: {
    add: 0,
    change: 0,
    destroy: 0,
    import: 0,
    move: 0,
    forget: 0,
    drift: 0,
    outputs: 0,
    actions: 0,
    other: 0,
  },
  resources: [],
  outputs: [],
  drift: [],
  actions: [],
  deferred: [],
  checks: [],
  notShown: [],
  cut: null,
  complete: true,
  errored: false,
  terraformVersion: '1.11.4',
  planFormatVersion: '1.2',
  ...parts,
});

describe('the view of a plan', () => {
  it('shows an attribute with a value in it as sensitive, on both sides, and says that it changes', () => {
    const change = resource({
      before: { input: 'the old one', port: 80, list: ['x'] },
      after: { input: 'user:hunter22@host', port: 7654321, list: ['x'] },
      sensitiveChanges: [['other']],
    });
    expect(maskPlan(plan({ resources: [change] }), mask).resources[0]).toMatchObject({
      before: { input: '(sensitive)', port: '(sensitive)', list: ['x'] },
      after: { input: '(sensitive)', port: '(sensitive)', list: ['x'] },
      sensitiveChanges: [['other'], ['input'], ['port']],
    });
  });

  it('is the same where no value stands in it', () => {
    const whole = plan({ resources: [resource({ before: { a: [1, null, { b: 'c' }] }, after: null })] });
    expect(maskPlan(whole, mask)).toEqual(whole);
    expect(maskPlan(whole, Mask.none)).toEqual(whole);
  });

  it('hides values in outputs, drift, actions, addresses, keys and problems', () => {
    const masked = maskPlan(
      plan({
        outputs: [
          {
            name: 'o',
            sensitive: false,
            actions: ['create'],
            before: null,
            after: 'hunter22',
            afterUnknown: false,
            sensitiveChanges: [],
          },
        ],
        drift: [resource({ address: 'a.b["hunter22"]', index: 'hunter22', after: { hunter22: 1 } })],
        actions: [
          {
            address: 'x',
            type: 'y',
            provider: 'z',
            triggeredBy: null,
            event: null,
            config: { body: 'hunter22' },
          },
        ],
        checks: [{ address: 'check.x', kind: 'check', status: 'fail', problems: ['not hunter22'] }],
      }),
      mask,
    );
    expect(JSON.stringify(masked)).not.toContain('hunter22');
    expect(masked.outputs[0]?.after).toBe('(sensitive)');
    expect(masked.actions[0]?.config).toEqual({ body: '(sensitive)' });
    expect(masked.checks[0]?.problems).toEqual(['not ***']);
  });
});
