import { describe, expect, it } from '@jest/globals';
import { bounded } from './bounded-problem.js';

const problem = { type: 'about:blank', title: 'Bad Request', status: 400, code: 'INVALID_REQUEST' };

describe('the answer to a bad request', () => {
  it('is as it is where little is wrong', () => {
    const few = {
      ...problem,
      detail: 'name: is missing',
      errors: [{ field: 'name', message: 'is missing' }],
    };
    expect(bounded(few)).toEqual(few);
    expect(bounded({ ...problem, detail: 'no' })).toEqual({ ...problem, detail: 'no' });
  });

  it('stays short and says how much it leaves out', () => {
    const errors = Array.from({ length: 5_000 }, (_, n) => ({
      field: `f${n}`.repeat(200),
      message: 'x'.repeat(900),
    }));
    const short = bounded({ ...problem, detail: 'x'.repeat(1_000_000), errors });
    expect(JSON.stringify(short).length).toBeLessThan(16_000);
    expect(short.errors).toHaveLength(20);
    expect(short.detail).toContain('(and 4980 more)');
  });
});
