import { describe, expect, it } from '@jest/globals';
import { parseDemoOptions } from './demo-options.js';

describe('the demo’s options', () => {
  it('are none by default', () => {
    expect(parseDemoOptions([])).toEqual({ json: false });
  });

  it('take an address with or without a slash at its end', () => {
    expect(parseDemoOptions(['--api-url', 'http://localhost:8080/', '--json'])).toEqual({
      apiUrl: 'http://localhost:8080',
      json: true,
    });
  });

  it.each([['localhost:8080'], ['ftp://localhost'], ['']])('refuse "%s" as an address', (address) => {
    expect(() => parseDemoOptions(['--api-url', address])).toThrow('--api-url must be an address');
  });

  it('refuse what they do not know', () => {
    expect(() => parseDemoOptions(['--nothing'])).toThrow();
  });
});
