import { describe, expect, it } from '@jest/globals';
import { returnTo } from './return-to.js';

describe('where a sign-in leads', () => {
  it('is a path of our own, with its query and its place in the page', () => {
    expect(returnTo('/runs/1?view=plan-log#L302')).toBe('/runs/1?view=plan-log#L302');
    expect(returnTo('/device?user_code=ABCD-EFGH')).toBe('/device?user_code=ABCD-EFGH');
    expect(returnTo('/oauth/authorize?a=b&state=%2F%2Fx')).toBe('/oauth/authorize?a=b&state=%2F%2Fx');
  });

  it.each([
    '',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/.//evil.example/',
    '/x/..//evil.example/',
    'javascript:alert(1)',
    ' /device',
    `/${'x'.repeat(2_000)}`,
    'http://own.invalid/device',
  ])('is never another site: %s', (wanted) => {
    expect(returnTo(wanted)).toBe('/');
  });
});
