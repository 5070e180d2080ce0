import { describe, expect, it } from '@jest/globals';
import type { ApiEnv } from '../env.js';
import { issuerOf } from './issuer.js';

const issuer = (url?: string): string | null => issuerOf({ BERTH_PUBLIC_URL: url } as ApiEnv);

describe('the issuer of identity tokens', () => {
  it('is the address that others reach the api at, without a slash at its end', () => {
    expect(issuer('https://berth.example.com/')).toBe('https://berth.example.com');
    expect(issuer('https://example.com/berth')).toBe('https://example.com/berth');
    expect(issuer('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  });

  it('is nobody where its keys could be exchanged on their way, or where the address is not known', () => {
    expect(issuer('http://berth.example.com')).toBeNull();
    expect(issuer(undefined)).toBeNull();
  });
});
