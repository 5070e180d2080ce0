import { SENSITIVE_VALUE } from '@berth/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactChange, visiblePath, type MarkedChange } from './redact-change.js';

const change = (parts: Partial<MarkedChange>): MarkedChange => ({
  before: null,
  after: null,
  beforeSensitive: false,
  afterSensitive: false,
  afterUnknown: false,
  ...parts,
});

describe('redactChange', () => {
  it('hides a value marked as a whole, and only the marked part of a nested one', () => {
    const redacted = redactChange(
      change({
        after: { password: 'hunter2', tags: { owner: 'me', token: 't0ken' }, list: ['a', 'b'] },
        afterSensitive: { password: true, tags: { token: true }, list: [false, true] },
      }),
    );

    expect(redacted.before).toBeNull();
    expect(redacted.after).toEqual({
      password: SENSITIVE_VALUE,
      tags: { owner: 'me', token: SENSITIVE_VALUE },
      list: ['a', SENSITIVE_VALUE],
    });
  });

  it('hides the value from before when it has become sensitive only now, and the other way round', () => {
    const redacted = redactChange(
      change({
        before: { a: 'secret', b: 'secret' },
        after: { a: 'secret', b: 'secret' },
        beforeSensitive: { a: true },
        afterSensitive: { b: true },
      }),
    );

    expect(JSON.stringify(redacted)).not.toContain('secret');
  });

  it('hides every element of a list that is marked differently before and after', () => {
    const redacted = redactChange(
      change({
        before: { list: ['plain', 'secret'] },
        after: { list: ['secret'] },
        beforeSensitive: { list: [false, false] },
        afterSensitive: { list: [true] },
      }),
    );

    expect(JSON.stringify(redacted)).not.toContain('secret');
  });

  it('hides the whole value when the mark has another shape', () => {
    const redacted = redactChange(
      change({ after: { a: ['secret'], b: 'secret' }, afterSensitive: { a: { x: true }, b: [true] } }),
    );

    expect(redacted.after).toEqual({ a: SENSITIVE_VALUE, b: SENSITIVE_VALUE });
  });

  it('says where hidden values differ, and where they do not', () => {
    const marks = { a: true, b: true, c: { d: true } };
    const redacted = redactChange(
      change({
        before: { a: 'one', b: 'same', c: { d: 1 } },
        after: { a: 'two', b: 'same', c: { d: 2 } },
        beforeSensitive: marks,
        afterSensitive: marks,
      }),
    );

    expect(redacted.sensitiveChanges).toEqual([['a'], ['c', 'd']]);
  });

  it('keeps no key of a sensitive value among what is unknown', () => {
    const redacted = redactChange(
      change({
        after: { tags: {} },
        afterSensitive: { tags: true },
        afterUnknown: { id: true, tags: { 'secret-key': true } },
      }),
    );

    expect(redacted.afterUnknown).toEqual({ id: true, tags: true });
  });

  it('treats a key named __proto__ as any other', () => {
    const after: unknown = JSON.parse('{"__proto__": {"x": "secret"}, "y": 1}');
    const afterSensitive: unknown = JSON.parse('{"__proto__": {"x": true}}');

    expect(JSON.stringify(redactChange(change({ after, afterSensitive })).after)).toBe(
      '{"__proto__":{"x":"(sensitive)"},"y":1}',
    );
  });

  it('cuts a path where it enters a sensitive value', () => {
    const marks = { beforeSensitive: { tags: true }, afterSensitive: { list: [{ name: true }] } };

    expect(visiblePath(['tags', 'secret-key'], marks)).toEqual(['tags']);
    expect(visiblePath(['list', 0, 'name'], marks)).toEqual(['list', 0, 'name']);
    expect(visiblePath(['other', 'key'], marks)).toEqual(['other', 'key']);
  });
});

/** A value with its marks: every secret is recognisable by its text. */
interface Marked {
  readonly value: unknown;
  readonly marks: unknown;
}

const { marked } = fc.letrec<{ marked: Marked; secret: Marked; plain: Marked; list: Marked; map: Marked }>(
  (tie) => ({
    secret: fc.oneof(
      fc.nat().map((n) => ({ value: `SECRET${n}`, marks: true })),
      fc.nat().map((n) => ({ value: { [`SECRET${n}`]: [`SECRET${n}`] }, marks: true })),
      fc.nat().map((n) => ({ value: [`SECRET${n}`, null], marks: true })),
    ),
    plain: fc.oneof(fc.nat(), fc.boolean(), fc.constant(null), fc.constant('plain')).map((value) => ({
      value,
      marks: false,
    })),
    list: fc.array(tie('marked'), { maxLength: 4 }).map((items) => ({
      value: items.map(({ value }) => value),
      marks: items.map(({ marks }) => marks),
    })),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('marked')).map((items) => ({
      value: Object.fromEntries(Object.entries(items).map(([key, { value }]) => [key, value])),
      // As terraform does it: unmarked children are left out.
      marks: Object.fromEntries(
        Object.entries(items)
          .filter(([, { marks }]) => marks !== false)
          .map(([key, { marks }]) => [key, marks]),
      ),
    })),
    marked: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      tie('plain'),
      tie('secret'),
      tie('list'),
      tie('map'),
    ),
  }),
);

describe('redactChange, for any nesting', () => {
  it('shows no secret of either side', () => {
    fc.assert(
      fc.property(marked, marked, (before, after) => {
        const redacted = redactChange({
          before: before.value,
          after: after.value,
          beforeSensitive: before.marks,
          afterSensitive: after.marks,
          afterUnknown: after.value,
        });
        expect(JSON.stringify(redacted)).not.toContain('SECRET');
      }),
      { numRuns: 2_000 },
    );
  });

  it('shows no secret whose mark is only on the other side', () => {
    fc.assert(
      fc.property(marked, fc.boolean(), ({ value, marks }, first) => {
        const redacted = redactChange({
          before: value,
          after: value,
          beforeSensitive: first ? marks : false,
          afterSensitive: first ? {} : marks,
          afterUnknown: false,
        });
        expect(JSON.stringify(redacted)).not.toContain('SECRET');
      }),
      { numRuns: 2_000 },
    );
  });
});
