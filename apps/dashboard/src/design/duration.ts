/** `850 ms`, `4.2 s`, `3 min 5 s`, `2 h 4 min`, `3 d 2 h`. */
export function durationInWords(seconds: number): string {
  if (seconds < 1) {
    return `${Math.round(seconds * 1_000)} ms`;
  }
  if (seconds < 10) {
    return `${(Math.floor(seconds * 10) / 10).toString()} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const [large, small, units] =
    whole < 3_600
      ? [Math.floor(whole / 60), whole % 60, ['min', 's']]
      : whole < 86_400
        ? [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60), ['h', 'min']]
        : [Math.floor(whole / 86_400), Math.floor((whole % 86_400) / 3_600), ['d', 'h']];
  return small === 0 ? `${large} ${units[0] ?? ''}` : `${large} ${units[0] ?? ''} ${small} ${units[1] ?? ''}`;
}

/** `just now`, `3 min ago`, `in 2 h`. */
export function relativeInWords(at: number, now: number): string {
  const seconds = (now - at) / 1_000;
  if (Math.abs(seconds) < 5) {
    return 'just now';
  }
  const [largest] = durationInWords(Math.abs(seconds)).match(/^\S+ \S+/) ?? [''];
  const rough = largest.replace(/^(\d+)\.\d+/, '$1');
  return seconds > 0 ? `${rough} ago` : `in ${rough}`;
}
