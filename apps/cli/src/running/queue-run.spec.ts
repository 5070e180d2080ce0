import { describe, expect, it } from '@jest/globals';
import { operationOf, variableOf } from './queue-run.js';

describe('what a run is asked to do', () => {
  it('is a plan that is applied after asking, unless something else is said', () => {
    expect([operationOf({}), operationOf({ planOnly: true }), operationOf({ destroy: true })]).toEqual([
      'plan_and_apply',
      'plan',
      'destroy',
    ]);
  });

  it('cannot contradict itself', () => {
    expect(() => operationOf({ planOnly: true, destroy: true })).toThrow('leave --plan-only out');
    expect(() => operationOf({ planOnly: true, autoApprove: true })).toThrow('a plan alone is never applied');
  });

  it.each([
    ['name=value', { key: 'name', value: 'value' }],
    ['name=', { key: 'name', value: '' }],
    ['name=a=b', { key: 'name', value: 'a=b' }],
    ['names=["a"]', { key: 'names', value: '["a"]', hcl: true }],
    ['tags={ a = 1 }', { key: 'tags', value: '{ a = 1 }', hcl: true }],
  ])('takes %j as terraform’s -var does', (given, variable) => {
    expect(variableOf(given)).toEqual(variable);
  });

  it.each(['name', '=value', ''])('takes no %j', (given) => {
    expect(() => variableOf(given)).toThrow('it looks like name=value');
  });
});
