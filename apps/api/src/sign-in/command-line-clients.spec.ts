import { describe, expect, it } from '@jest/globals';
import { challengeOf, isOwnRedirect } from './command-line-clients.js';

describe('where a command line gets its answer', () => {
  it.each(['http://localhost:10000/login', 'http://127.0.0.1:10010/', 'http://localhost:10005/a?b=c'])(
    'is on the own machine: %s',
    (address) => {
      expect(isOwnRedirect(address)).toBe(true);
    },
  );

  it.each([
    'https://localhost:10000/login',
    'http://localhost/login',
    'http://localhost:9999/login',
    'http://localhost:10011/login',
    'http://localhost:10000@evil.example/',
    'http://evil.example:10000/',
    'http://localhost.evil.example:10000/',
    'http://u:p@localhost:10000/',
    'http://localhost:10000/#x',
    'javascript:alert(1)',
    '/login',
    '',
  ])('is nowhere else: %s', (address) => {
    expect(isOwnRedirect(address)).toBe(false);
  });

  it('is shown with the verifier of the challenge', () => {
    // RFC 7636, appendix B.
    expect(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    );
    expect(challengeOf('too-short')).toBeNull();
    expect(challengeOf(`${'a'.repeat(43)}ä`)).toBeNull();
  });
});
