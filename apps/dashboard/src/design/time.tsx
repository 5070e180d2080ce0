import { useSyncExternalStore } from 'react';
import { durationInWords, relativeInWords } from './duration.js';

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
