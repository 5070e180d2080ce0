/** How long a key may be made to last; the empty one is for ever. */
export const EXPIRIES: readonly (readonly [days: string, label: string])[] = [
  ['7', 'in 7 days'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
  ['', 'never'],
];

const DAY_MS = 86_400_000;

/** The moment so many days from now; null for ever. */
export function daysFromNow(days: string): string | null {
  return days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}
