import { describe, expect, it } from '@jest/globals';
import { failureCodes, LabelCap } from './label-cap.js';

describe('a label with a cap', () => {
  it('keeps the names that came first and calls all others other', () => {
    const cap = new LabelCap(2);
    expect(['a', 'b', 'c', 'a', 'c', 'b'].map((value) => cap.of(value))).toEqual([
      'a',
      'b',
      'other',
      'a',
      'other',
      'b',
    ]);
  });

  it('takes no code that is none', () => {
    const codes = failureCodes();
    expect(['AGENT_DISK_FULL', 'disk "full"\n', '', 'X'.repeat(65)].map((code) => codes.of(code))).toEqual([
      'AGENT_DISK_FULL',
      'other',
      'other',
      'other',
    ]);
  });
});
