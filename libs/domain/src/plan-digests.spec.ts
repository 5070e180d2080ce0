import { describe, expect, it } from '@jest/globals';
import { comparePlans, describeComparison, type PlanDigests } from './plan-digests.js';

const PLAN: PlanDigests = {
  version: 1,
  keyId: 'k',
  effects: 'e',
  context: 'c',
  inputs: 'i',
  entries: { 'a.b': '1', 'a.c': '2' },
  settings: { files: '1', 'variable x': '2' },
};

const said = (before: Partial<PlanDigests> | null, after: Partial<PlanDigests> | null): string =>
  describeComparison(comparePlans(before && { ...PLAN, ...before }, after && { ...PLAN, ...after }));

describe('a plan that stands in for another one', () => {
  it('is identical where effects, context and inputs are equal', () => {
    expect(comparePlans(PLAN, { ...PLAN })).toEqual({ kind: 'identical' });
    expect(said({}, {})).toBe('identical to the plan before');
  });

  it.each<[string, Partial<PlanDigests>]>([
    ['context', { context: 'other' }],
    ['inputs', { inputs: 'other' }],
  ])('has the same changes and other settings where only its %s differs, and names them', (_what, other) => {
    const settings = { files: '1', 'variable x': 'other', 'variable y': '3' };
    expect(comparePlans(PLAN, { ...PLAN, ...other, settings })).toEqual({
      kind: 'same_effects',
      settings: ['variable x', 'variable y'],
    });
    expect(said({}, { ...other, settings })).toBe('same changes, other settings: variable x, variable y');
  });

  it('has other changes where its effects differ, whatever else does, and says which', () => {
    const other = { effects: 'other', context: 'other', entries: { 'a.c': 'other', 'a.d': '3' } };
    expect(comparePlans(PLAN, { ...PLAN, ...other })).toEqual({
      kind: 'different',
      entries: { added: ['a.d'], gone: ['a.b'], changed: ['a.c'] },
    });
    expect(said({}, other)).toBe('other changes than before: added a.d; gone a.b; changed a.c');
  });

  it('has its differences counted where they are many, and untold where they were too many to keep', () => {
    const entries = Object.fromEntries(Array.from({ length: 7 }, (_, index) => [`z.${index}`, '1']));
    expect(said({}, { effects: 'other', entries })).toBe(
      'other changes than before: added z.0, z.1, z.2, z.3, z.4 and 2 more; gone a.b, a.c',
    );
    expect(said({}, { effects: 'other', entries: null })).toBe('other changes than before');
    expect(
      said({}, { effects: 'other', entries: { [`a.b["${'k'.repeat(1_000)}"]`]: '1' } }).length,
    ).toBeLessThan(300);
    expect(said({ settings: null }, { inputs: 'other' })).toBe('same changes, other settings');
  });

  it.each<[string, Partial<PlanDigests> | null, Partial<PlanDigests> | null]>([
    ['the plan before has no digest', null, {}],
    ['this plan has no digest', {}, null],
    ['this plan has no digest', null, null],
    ['their digests follow other rules (1 and 2)', {}, { version: 2 }],
    ['their digests were made under other keys', {}, { keyId: 'other' }],
  ])('is never identical where %s', (reason, before, after) => {
    expect(said(before, after)).toBe(`cannot be compared with the plan before: ${reason}`);
  });
});
