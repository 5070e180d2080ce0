import { describe, expect, it } from '@jest/globals';
import { ALARM_LEVELS_MS, alarmKey, alarmLevelFor } from './alarm-levels.js';

describe('the level of an alarm', () => {
  it.each([
    [0, 1_000],
    [1, 1_000],
    [1_000, 1_000],
    [1_001, 5_000],
    [29_999.5, 30_000],
    [120_000, 120_000],
    [120_001, 600_000],
    [600_000, 600_000],
  ])('for a delay of %d ms is %d ms', (delayMs, level) => {
    expect(alarmLevelFor(delayMs)).toBe(level);
  });

  it('is none where even the last one would ring too early', () => {
    expect(alarmLevelFor(600_001)).toBeNull();
  });

  it('has a key of its own', () => {
    expect(ALARM_LEVELS_MS.map(alarmKey)).toEqual(['1s', '5s', '30s', '120s', '600s']);
  });
});
