import { describe, expect, it } from '@jest/globals';
import { noted, told, unnoted, withoutForecast } from './what-follows.js';

const AGAIN = 'The task is tried again (retry 1 of 3).';
const END = 'It has been tried 4 times: all 3 retries are used up.';

describe('a failure’s message', () => {
  it.each([
    'git clone ended with exit code 1. The task is tried again.',
    'git clone ended with exit code 1; the task is tried again elsewhere.',
    'git clone ended with exit code 1; the task is tried again',
    'git clone ended with exit code 1; the download is tried again',
    'git clone ended with exit code 1.',
    'git clone ended with exit code 1',
  ])('says once what follows, whatever its agent has said: %s', (message) => {
    expect(told(message, AGAIN)).toBe(
      'git clone ended with exit code 1. The task is tried again (retry 1 of 3).',
    );
    expect(told(message, END)).toBe(
      'git clone ended with exit code 1. It has been tried 4 times: all 3 retries are used up.',
    );
    expect(noted(message, 'all 3 retries are used up')).not.toContain('tried again');
  });

  it('is as it was where nothing follows', () => {
    expect(told('No such thing', null)).toBe('No such thing');
    expect(withoutForecast('Is it so? The task is tried again (retry 1 of 3).')).toBe('Is it so?');
  });

  it('is found again in what the timeline notes', () => {
    expect(unnoted(noted('Odd (main.tf line 3)', 'retry 1 of 3'))).toBe('Odd (main.tf line 3)');
  });
});
