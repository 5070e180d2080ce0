import { describe, expect, it } from '@jest/globals';
import { attributesOf, type ComparedChange } from './attributes.js';

const change = (parts: Partial<ComparedChange>): ComparedChange => ({ sensitiveChanges: [], ...parts });

/** `kind path: before → after` of each. */
function told(parts: Partial<ComparedChange>): string[] {
  return attributesOf(change(parts)).map(
    ({ kind, path, before, after, forces }) =>
      `${kind} ${path}: ${before.kind === 'value' ? before.text : before.kind} → ${after.kind === 'value' ? after.text : after.kind}${forces ? ' !' : ''}`,
  );
}

describe('the attributes of a change', () => {
  it('of a new resource are those that are set or will be known', () => {
    expect(told({ before: null, after: { a: 'x', none: null }, afterUnknown: { id: true } })).toEqual([
      'added a: absent → x',
      'added id: absent → unknown',
    ]);
  });

  it('of one that goes are all that it had', () => {
    expect(told({ before: { a: 1, b: [true] }, after: null })).toEqual([
      'removed a: 1 → absent',
      'removed b[0]: true → absent',
    ]);
  });

  it('are told apart: changed, the same, known later', () => {
    expect(
      told({ before: { a: 'x', b: 1, id: 'i' }, after: { a: 'y', b: 1 }, afterUnknown: { id: true } }),
    ).toEqual(['changed a: x → y', 'same b: 1 → 1', 'changed id: i → unknown']);
  });

  it('go down into maps and lists, with paths as configurations write them', () => {
    expect(
      told({
        before: { tags: { team: 'a', 'a b': 'x' }, ports: [{ from: 1 }] },
        after: { tags: { team: 'b', 'a b': 'x' }, ports: [{ from: 2 }] },
      }),
    ).toEqual(['changed ports[0].from: 1 → 2', 'same tags["a b"]: x → x', 'changed tags.team: a → b']);
  });

  it('know the items of a list wherever they stand, so that one that is put in front changes one', () => {
    expect(told({ before: { cidrs: ['a', 'b'] }, after: { cidrs: ['new', 'a', 'b'] } })).toEqual([
      'added cidrs[0]: absent → new',
      'same cidrs[1]: a → a',
      'same cidrs[2]: b → b',
    ]);
  });

  it('have the same item twice where it is there twice', () => {
    expect(told({ before: { l: ['a', 'a'] }, after: { l: ['a'] } })).toEqual([
      'same l[0]: a → a',
      'removed l[1]: a → absent',
    ]);
  });

  it('say of sensitive ones only whether they differ', () => {
    const secret = {
      before: { p: '(sensitive)', q: '(sensitive)' },
      after: { p: '(sensitive)', q: '(sensitive)' },
    };
    expect(told({ ...secret, sensitiveChanges: [['p']] })).toEqual([
      'changed p: sensitive → sensitive',
      'same q: sensitive → sensitive',
    ]);
  });

  it('name what forces the replacement, also below it', () => {
    expect(
      told({ before: { a: { b: 1 }, ab: 1 }, after: { a: { b: 2 }, ab: 2 }, replacePaths: [['a']] }),
    ).toEqual(['changed a.b: 1 → 2 !', 'changed ab: 1 → 2']);
  });

  it('of an output are its one value', () => {
    expect(told({ before: 'x', after: 'y' })).toEqual(['changed : x → y']);
    expect(told({ before: null, afterUnknown: true })).toEqual(['added : absent → unknown']);
  });

  it('show empty lists and maps, and a list that becomes a text', () => {
    expect(told({ before: { a: [], b: {}, c: ['x'] }, after: { a: [], b: { k: 1 }, c: 'x' } })).toEqual([
      'same a: [] → []',
      'added b.k: absent → 1',
      'changed c: ["x"] → x',
    ]);
  });
});
