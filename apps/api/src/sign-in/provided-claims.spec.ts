import { describe, expect, it } from '@jest/globals';
import { domainsOf, isAllowed, readClaims } from './provided-claims.js';

describe('what an identity provider says', () => {
  it('is read with its address, name and groups', () => {
    const claims = { email: 'a@b.example', email_verified: true, name: ' A\nB ', roles: ['x', 'y', 7] };
    expect(readClaims('s', claims, 'roles')).toEqual({
      subject: 's',
      email: 'a@b.example',
      name: 'A B',
      groups: ['x', 'y'],
    });
  });

  it.each([false, 'false'])('has no address where that is not verified: %p', (verified) => {
    expect(readClaims('s', { email: 'a@b.example', email_verified: verified }, 'groups').email).toBeNull();
  });

  it('has an address where nothing is said about that', () => {
    expect(readClaims('s', { email: 'a@b.example' }, 'groups').email).toBe('a@b.example');
    expect(readClaims('s', { email: 'a@b@c"' }, 'groups').email).toBeNull();
  });

  it('has no groups where it names none, and leaves open which where there are too many', () => {
    expect(readClaims('s', {}, 'groups').groups).toEqual([]);
    expect(readClaims('s', { groups: 'one' }, 'groups').groups).toEqual(['one']);
    expect(readClaims('s', { _claim_names: { groups: 'src1' } }, 'groups').groups).toBeNull();
  });
});

describe('allowed domains', () => {
  it('are compared as a whole, however they are written', () => {
    const domains = domainsOf(' Example.org, @b.example ,');
    expect(domains).toEqual(['example.org', 'b.example']);
    expect(isAllowed('a@EXAMPLE.org', domains)).toBe(true);
    expect(isAllowed('a@sub.example.org', domains)).toBe(false);
    expect(isAllowed('a@notexample.org', domains)).toBe(false);
    expect(isAllowed('a@example.org@evil.example', domains)).toBe(false);
    expect(isAllowed(null, domains)).toBe(false);
    expect(isAllowed(null, [])).toBe(true);
  });
});
