import { InvalidArgumentError } from 'commander';
import { ago } from '../output/words.js';

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** How long a key lives, in milliseconds: 12h, 90d, 4w. @throws InvalidArgumentError */
export function lifetime(value: string): number {
  const [, number, unit = ''] = /^([1-9]\d{0,4})([hdw])$/.exec(value) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError('It is a time such as 12h, 90d or 4w.');
  }
  return Number(number) * (UNITS[unit] ?? 0);
}

/** The time that is so long from now, as the api takes it. */
export function expiresAt(milliseconds: number | undefined, now = Date.now()): { expiresAt?: string } {
  return milliseconds === undefined ? {} : { expiresAt: new Date(now + milliseconds).toISOString() };
}

/** When it ends, for a column. */
export function endText(time: string | null): string {
  return time === null ? 'never' : ago(time);
}
