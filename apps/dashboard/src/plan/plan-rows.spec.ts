import type { Schemas } from '@berth/client';
import { describe, expect, it } from '@jest/globals';
import { groupsOf, isWanted, kindOf, lossesOf } from './plan-model.js';
import { rowsOf } from './plan-rows.js';

type Change = Schemas['PlanResourceChange'];

function change(address: string, actions: string[], more: Partial<Change> = {}): Change {
  const [, key] = /\[(?:"(.*)"|\d+)\]$/.exec(address) ?? [];
  return {
    address,
    actions,
    before: null,
    after: null,
    afterUnknown: null,
    sensitiveChanges: [],
    previousAddress: null,
    module: '',
    mode: 'managed',
    type: 'thing',
    name: address.replace(/\[.*$/, ''),
    index: address.endsWith(']') ? (key ?? 0) : null,
    provider: 'p',
    reason: null,
    replacePaths: [],
    importing: null,
    deposed: null,
    ...more,
  };
}

const shape = (changes: readonly Change[], turned: readonly string[] = [], openChanges = false): string[] =>
  rowsOf(groupsOf(changes), new Set(turned), openChanges).map((row) =>
    row.is === 'group'
      ? `${row.group.kind} (${row.group.count})`
      : row.is === 'entry'
        ? row.entry.address
        : `  ${row.is} ${row.change.address}`,
  );

describe('a plan by what it does', () => {
  it.each([
    [['create'], 'create'],
    [['delete'], 'destroy'],
    [['delete', 'create'], 'replace'],
    [['create', 'delete'], 'replace'],
    [['create', 'forget'], 'replace'],
    [['update'], 'update'],
    [['read'], 'read'],
    [['forget'], 'state'],
    [['no-op'], 'state'],
  ] as const)('%j is %s', (actions, kind) => {
    expect(kindOf({ actions: [...actions] })).toBe(kind);
  });

  it('begins with what is lost and ends, closed, with what touches the state alone', () => {
    expect(
      shape([
        change('a', ['create']),
        change('moved', ['no-op'], { previousAddress: 'old' }),
        change('gone', ['delete']),
        change('anew', ['delete', 'create']),
        change('other', ['update']),
      ]),
    ).toEqual([
      'destroy (1)',
      '  change gone',
      'replace (1)',
      '  change anew',
      'update (1)',
      '  change other',
      'create (1)',
      '  change a',
      'state (1)',
    ]);
  });

  it('gathers the instances of one resource, and never hides a destroy in that', () => {
    const instances = (actions: string[]): Change[] =>
      ['web["a"]', 'web["b"]'].map((address) => change(address, actions));
    expect(shape(instances(['create']))).toEqual(['create (2)', 'web[*]']);
    expect(shape(instances(['delete']))).toEqual([
      'destroy (2)',
      'web[*]',
      '  change web["a"]',
      '  change web["b"]',
    ]);
    expect(shape(instances(['create']), ['create web[*]'])).toContain('  change web["a"]');
  });

  it('keeps the instances of two modules, and a lone instance, apart', () => {
    expect(
      shape([
        change('module.x.web[0]', ['create'], { module: 'module.x', name: 'web' }),
        change('module.y.web[0]', ['create'], { module: 'module.y', name: 'web' }),
      ]),
    ).toEqual(['create (2)', '  change module.x.web[0]', '  change module.y.web[0]']);
  });

  it('opens and closes what somebody turns', () => {
    const one = [change('a', ['create'])];
    expect(shape(one, ['create'])).toEqual(['create (1)']);
    expect(shape(one, ['create a '])).toEqual(['create (1)', '  change a', '  detail a']);
    expect(shape(one, [], true)).toContain('  detail a');
  });

  it('counts what stands at the confirm button', () => {
    const resources = [change('a', ['delete']), change('b', ['create', 'delete']), change('c', ['update'])];
    expect(lossesOf({ resources })).toEqual({ destroys: 1, replaces: 1 });
  });

  it('is narrowed by all the words, wherever they stand', () => {
    const imported = change('module.net.aws_vpc.main', ['no-op'], {
      importing: { id: 'vpc-1' },
      provider: 'aws',
    });
    expect(['vpc', 'AWS net', 'imported'].map((wanted) => isWanted(imported, wanted))).toEqual([
      true,
      true,
      true,
    ]);
    expect(isWanted(imported, 'vpc gone')).toBe(false);
  });
});
