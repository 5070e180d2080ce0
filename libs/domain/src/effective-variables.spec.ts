import { describe, expect, it } from '@jest/globals';
import { effectiveVariables, type OfferedVariable } from './effective-variables.js';

const own = (key: string, category = 'terraform'): OfferedVariable => ({ key, category, variableSet: null });
const assigned = (name: string, key: string, category = 'terraform'): OfferedVariable => ({
  key,
  category,
  variableSet: { name, assigned: true },
});
const global = (name: string, key: string, category = 'terraform'): OfferedVariable => ({
  key,
  category,
  variableSet: { name, assigned: false },
});

/** Each winner as "category key: whose". */
const winners = (...offered: OfferedVariable[]): string[] =>
  effectiveVariables(offered).map(
    ({ key, category, variableSet }) => `${category} ${key}: ${variableSet?.name ?? 'workspace'}`,
  );

describe("a run's variables", () => {
  it.each([
    ['the workspace’s own before an assigned set’s', own('k'), assigned('a', 'k')],
    ['the workspace’s own before a global set’s', own('k'), global('a', 'k')],
    [
      'an assigned set’s before that of a global one with an earlier name',
      assigned('z', 'k'),
      global('a', 'k'),
    ],
    ['of assigned sets the first by name', assigned('a', 'k'), assigned('b', 'k')],
    ['of global sets the first by name', global('a', 'k'), global('b', 'k')],
    ['of names that begin alike the shorter one', assigned('a', 'k'), assigned('a-1', 'k')],
    ['of names capitals first, whatever the locale', assigned('B', 'k'), assigned('a', 'k')],
  ])('are %s, in whichever order they are offered', (_, winner, loser) => {
    expect(effectiveVariables([winner, loser])).toEqual([winner]);
    expect(effectiveVariables([loser, winner])).toEqual([winner]);
  });

  it('are decided for each key and category by itself', () => {
    expect(
      winners(
        global('base', 'region'),
        global('base', 'region', 'env'),
        assigned('team', 'region', 'env'),
        assigned('team', 'size'),
        own('region'),
      ),
    ).toEqual(['env region: team', 'terraform region: workspace', 'terraform size: team']);
  });

  it('are all that is offered where no two meet, and none where nothing is', () => {
    expect(winners(global('base', 'c'), own('a'), assigned('team', 'b'))).toEqual([
      'terraform a: workspace',
      'terraform b: team',
      'terraform c: base',
    ]);
    expect(winners()).toEqual([]);
  });
});
