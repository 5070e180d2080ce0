import { describe, expect, it, jest } from '@jest/globals';
import { RightOfWay } from './right-of-way.js';

/** Longer than any test. */
const FOR_EVER = 2 ** 31 - 1;

describe('the right of way', () => {
  /** What has had its turn, in order. */
  function turns(way: RightOfWay) {
    const had: string[] = [];
    const take = async (name: string): Promise<void> => {
      await way.turn();
      had.push(name);
    };
    return { had, take };
  }

  it('holds up nobody where nobody has it', async () => {
    const { had, take } = turns(new RightOfWay(FOR_EVER));
    await take('one');
    expect(had).toEqual(['one']);
  });

  it('lets others go on when the last who has it has ended, and counts each end once', async () => {
    const way = new RightOfWay(FOR_EVER);
    const { had, take } = turns(way);
    const [endFirst, endSecond] = [way.begin(), way.begin()];
    const others = [take('one'), take('two')];
    endFirst();
    endFirst();
    await new Promise(setImmediate);
    expect(had).toEqual([]);
    endSecond();
    await Promise.all(others);
    expect(had).toEqual(['one', 'two']);
    await take('three');
  });

  it('holds nobody up for longer than the most', async () => {
    const way = new RightOfWay(1);
    const { had, take } = turns(way);
    way.begin();
    await take('one');
    expect(had).toEqual(['one']);
  });

  it('lapses where its work does not come to an end, and ends once all the same', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    try {
      const way = new RightOfWay(FOR_EVER);
      const { had, take } = turns(way);
      const end = way.begin();
      const one = take('one');
      jest.advanceTimersByTime(1_000);
      await one;
      const endNext = way.begin();
      end();
      const two = take('two');
      await new Promise(setImmediate);
      expect(had).toEqual(['one']);
      endNext();
      await two;
    } finally {
      jest.useRealTimers();
    }
  });
});
