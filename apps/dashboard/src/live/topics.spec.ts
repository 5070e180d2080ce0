import { describe, expect, it } from '@jest/globals';
import { Topics } from './topics.js';

describe('what a page is told of', () => {
  it('is what any of its parts watches, each once, and told anew only when that changes', () => {
    let changes = 0;
    const topics = new Topics(() => (changes += 1));
    const ends = [topics.watch('tasks'), topics.watch('tasks'), topics.watch('task:1')];
    expect([topics.all(), changes]).toEqual([['task:1', 'tasks'], 2]);
    ends[0]?.();
    expect([topics.all(), changes]).toEqual([['task:1', 'tasks'], 2]);
    ends[1]?.();
    expect([topics.all(), changes]).toEqual([['task:1'], 3]);
  });
});
