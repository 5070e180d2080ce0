import { describe, expect, it } from '@jest/globals';
import { inTurn } from './in-turn.js';

describe('works that are done in turn', () => {
  it('are all tried, and the first that failed is told', async () => {
    const done: string[] = [];
    const work = (name: string, error?: Error) => async (): Promise<void> => {
      done.push(name);
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    };
    await expect(
      inTurn([work('a'), work('b', new Error('b fails')), work('c', new Error('c fails')), work('d')]),
    ).rejects.toThrow('b fails');
    expect(done).toEqual(['a', 'b', 'c', 'd']);
  });
});
