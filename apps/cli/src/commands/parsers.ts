import { InvalidArgumentError } from 'commander';
import { Ending, ExitCode } from '../failures.js';

/** An option that may be given several times. */
export function gathered(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** A time as people write it: 90, 90s, 15m, 2h. @throws InvalidArgumentError */
export function seconds(value: string): number {
  const [, number, unit = 's'] = /^(\d{1,6})([smh])?$/.exec(value) ?? [];
  if (number === undefined) {
    throw new InvalidArgumentError('It is a time such as 90, 90s, 15m or 2h.');
  }
  return Number(number) * (UNITS[unit] ?? 1);
}

/** How many of a list. @throws InvalidArgumentError */
export function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new InvalidArgumentError('It is a whole number from 1 to 10000.');
  }
  return number;
}

const LONGEST_TIMER_S = 2_000_000;

/** Ends whatever watches with exit code 124; without a timeout, never. @param goOn how it is taken up again */
export function deadlineOf(timeout: number | undefined, goOn: string): AbortSignal {
  const over = new AbortController();
  if (timeout !== undefined) {
    const timer = setTimeout(
      () => {
        over.abort(new Ending(ExitCode.timedOut, `It goes on: ${goOn}`));
      },
      Math.min(timeout, LONGEST_TIMER_S) * 1_000,
    );
    timer.unref();
  }
  return over.signal;
}
