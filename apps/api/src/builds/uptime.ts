const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Like `3h 12m 5s`: from the largest unit that there is one of, down to seconds. */
export function inHoursAndMinutes(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1_000));
  const words: string[] = [];
  for (const [name, seconds] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (words.length > 0 || count > 0 || name === 's') {
      words.push(`${count}${name}`);
    }
  }
  return words.join(' ');
}
