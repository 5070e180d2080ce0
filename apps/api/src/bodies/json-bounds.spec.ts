import { describe, expect, it } from '@jest/globals';
import { outOfBounds } from './json-bounds.js';

const BOUNDS = { depth: 3, values: 5 };

describe('the bounds of JSON', () => {
  it.each([
    ['a value', '"x"'],
    ['as deep as may be', '[[[]]]'],
    ['as many as may be', '[1,2,3,4,5]'],
    ['brackets and commas in texts', '{"[[[[{{{{":",,,,,,,,,,]]]]}}}"}'],
    ['quotes and backslashes in texts', '["\\"[[[[,,,,,,", "\\\\"]'],
    ['what is no JSON at all', ']]]]}}}}"'],
  ])('hold %s', (_what, json) => {
    expect(outOfBounds(Buffer.from(json), BOUNDS)).toBeNull();
  });

  it.each([
    ['a level more', '[[[[]]]]', 'deep'],
    ['levels of both kinds', '{"a":[{"b":[]}]}', 'deep'],
    ['a value more', '[1,2,3,4,5,6]', 'values'],
    ['values of many small lists', '[[],[],[],[]]', 'values'],
    ['what only begins', '[[[['.repeat(10), 'deep'],
  ])('do not hold %s', (_what, json, why) => {
    expect(outOfBounds(Buffer.from(json), BOUNDS)).toContain(why);
  });
});
