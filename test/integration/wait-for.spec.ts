import { describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/wait-for.js';

describe('a wait', () => {
  it('gives the fact that it waited for', async () => {
    let looks = 0;
    expect(await waitFor('the third look', async () => Promise.resolve((looks += 1) === 3 && 'seen'))).toBe(
      'seen',
    );
  });

  it('says what it waited for before Jest ends the test, whatever its own limit is', async () => {
    await expect(waitFor('what never comes', async () => Promise.resolve(null), 600_000)).rejects.toThrow(
      /^waited \d+ ms for what never comes$/,
    );
  }, 3_000);

  it('may take the time of its own test, not of the one before', async () => {
    const began = Date.now();
    expect(await waitFor('a second to pass', async () => Promise.resolve(Date.now() > began + 1_000))).toBe(
      true,
    );
  });
});
