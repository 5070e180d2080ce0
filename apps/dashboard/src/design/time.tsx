import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;
let present = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    present = Date.now();
    listeners.forEach((each) => {
      each();
    });
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present moment to the second; all that show it tick together. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => present);
}

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

const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

/** A moment, relative to now, with the absolute one on hover. */
export function Ago({ at }: { readonly at: string }) {
  const now = useNow();
  const moment = Date.parse(at);
  return (
    <time dateTime={at} title={FULL.format(moment)}>
      {relativeInWords(moment, now)}
    </time>
  );
}

/** How long something takes, or took. */
export function Lasting({ from, to }: { readonly from: string; readonly to: string | null }) {
  const now = useNow();
  const end = to === null ? now : Date.parse(to);
  return (
    <span title={FULL.format(Date.parse(from))}>
      {durationInWords(Math.max(0, end - Date.parse(from)) / 1_000)}
    </span>
  );
}
