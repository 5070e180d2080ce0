import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from './percentile.js';
import { processorSeconds } from './processor.js';

/** How fast work went through. */
export interface Pace {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** Of one piece of work, in all processes that are counted. */
  readonly processorMs: number;
}

export interface LaneOptions {
  readonly inFlight: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Processes whose use of the processor counts. */
  readonly pids: readonly number[];
  /** Asks for one piece of work, and waits until its end is recorded. */
  readonly one: (lane: number) => Promise<void>;
}

/** So many lanes, each of which asks for its next piece of work when its last one has ended. */
export async function inLanes({ inFlight, warmUpMs, measuredMs, pids, one }: LaneOptions): Promise<Pace> {
  const times: number[] = [];
  const failures: unknown[] = [];
  let isOver = false;
  const lanes = Array.from({ length: inFlight }, async (_, lane) => {
    try {
      while (!isOver) {
        const began = performance.now();
        await one(lane);
        times.push(performance.now() - began);
      }
    } catch (error) {
      failures.push(error);
    }
  });
  await wait(warmUpMs);
  times.length = 0;
  const before = await processorSeconds(pids);
  const begin = performance.now();
  await wait(measuredMs);
  const done = [...times];
  const seconds = (performance.now() - begin) / 1_000;
  const used = (await processorSeconds(pids)) - before;
  isOver = true;
  await Promise.all(lanes);
  if (failures.length > 0) {
    throw failures[0];
  }
  return {
    perSecond: done.length / seconds,
    medianMs: percentile(done, 0.5),
    p95Ms: percentile(done, 0.95),
    processorMs: (used * 1_000) / done.length,
  };
}
