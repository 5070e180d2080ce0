import { describe, expect, it } from '@jest/globals';
import type { ApiEnv } from '../env.js';
import { expectOwnOrigin } from './own-origin.js';

const HERE = { BERTH_HTTP_PORT: 8080 } as ApiEnv;
const PUBLIC = { ...HERE, BERTH_PUBLIC_URL: 'https://berth.example.org/' } as ApiEnv;
const from = (origin: string | undefined, method = 'POST') => ({ method, headers: { origin } });

describe('a request that changes something by a session', () => {
  it.each(['http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080'])(
    'may come from %s where this machine is the address',
    (origin) => {
      expect(() => {
        expectOwnOrigin(from(origin), HERE);
      }).not.toThrow();
    },
  );

  it.each([
    ['another port of this machine', 'http://localhost:3000', HERE],
    ['another site', 'https://evil.example.org', HERE],
    ['this machine, where the public address is another', 'http://localhost:8080', PUBLIC],
    ['nowhere', undefined, HERE],
    ['a page without an origin', 'null', HERE],
  ])('may not come from %s', (_where, origin, env) => {
    expect(() => {
      expectOwnOrigin(from(origin), env);
    }).toThrow('must come from');
  });

  it('may come from the public address, and reading from anywhere', () => {
    expect(() => {
      expectOwnOrigin(from('https://berth.example.org'), PUBLIC);
      expectOwnOrigin(from('https://evil.example.org', 'GET'), PUBLIC);
    }).not.toThrow();
  });
});
