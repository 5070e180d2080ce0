import { describe, expect, it } from '@jest/globals';
import { browserInWords } from './browser.js';

describe('a browser', () => {
  it('is told by its name and system, whatever else it claims to be', () => {
    const like = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
    expect(browserInWords(`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${like} Edg/140.0.0.0`)).toBe(
      'Edge on Windows',
    );
    expect(browserInWords(`Mozilla/5.0 (Linux; Android 15) ${like}`)).toBe('Chrome on Android');
    expect(browserInWords('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe(
      'Firefox on Linux',
    );
  });

  it('that nobody knows is called what it calls itself', () => {
    expect(browserInWords('curl/8.1')).toBe('curl/8.1');
  });
});
