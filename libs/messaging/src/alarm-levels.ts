/**
 * How long an alarm may wait, in milliseconds. One queue for each: the broker looks at a queue's head only, so a short
 * delay behind a long one would come late.
 */
export const ALARM_LEVELS_MS = [1_000, 5_000, 30_000, 120_000, 600_000] as const;
export type AlarmLevelMs = (typeof ALARM_LEVELS_MS)[number];

/** The level that rings soonest and not too early; null where all ring too early, and the regular look finds the task. */
export function alarmLevelFor(delayMs: number): AlarmLevelMs | null {
  return ALARM_LEVELS_MS.find((level) => level >= delayMs) ?? null;
}

/** The level's routing key, and the end of its queue's name: `5s`. */
export function alarmKey(level: AlarmLevelMs): string {
  return `${level / 1_000}s`;
}
