import { Worker } from 'node:worker_threads';
import { digestPlan, type DigestBasis, type Digested } from './digest-plan.js';

/** What is used of a worker thread. */
export type Thread = Pick<Worker, 'once' | 'terminate'>;

export interface DigestLimits {
  /** Longer JSON is digested in a thread: 250 kB take 20 ms, and heartbeats' answers and other runs wait meanwhile. */
  readonly inPlaceLength: number;
  /** Longer JSON has no digest: at 64 MB, some 50,000 resources, the agent grows to 0.8 GB for it. */
  readonly maxLength: number;
  readonly deadlineMs: number;
}

const LIMITS: DigestLimits = { inPlaceLength: 250_000, maxLength: 64_000_000, deadlineMs: 60_000 };
/** Of the thread: a plan that needs more ends it alone, and not the agent. */
const MAX_HEAP_MB = 1_024;

/**
 * Digests a plan without keeping the agent from its other work for long. A plan without digests is still a good plan: what
 * goes wrong is the answer's reason. @throws the signal's reason
 */
export async function makeDigests(
  basis: DigestBasis,
  signal: AbortSignal,
  {
    open = openDigestThread,
    limits = LIMITS,
  }: { open?: (basis: DigestBasis) => Thread; limits?: DigestLimits } = {},
): Promise<Digested> {
  signal.throwIfAborted();
  const { length } = basis.json;
  if (length > limits.maxLength) {
    return { reason: `its JSON is longer than ${limits.maxLength} characters` };
  }
  if (length <= limits.inPlaceLength) {
    return digestPlan(basis);
  }
  try {
    return await inThread(open(basis), limits.deadlineMs, signal);
  } catch (error) {
    signal.throwIfAborted();
    return failed(error);
  }
}

async function inThread(thread: Thread, deadlineMs: number, signal: AbortSignal): Promise<Digested> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  const digested = await new Promise<Digested>((resolve) => {
    thread.once('message', resolve);
    thread.once('error', (error: unknown) => {
      resolve(failed(error));
    });
    thread.once('exit', () => {
      resolve({ reason: 'the thread for it ended too early' });
    });
    over.addEventListener('abort', () => {
      resolve({ reason: `it took longer than ${deadlineMs / 1_000} s` });
    });
  });
  await thread.terminate();
  signal.throwIfAborted();
  return digested;
}

/** For want of memory, say. The message is not told: it might quote the plan. */
function failed(error: unknown): Digested {
  const { code, name } = error as NodeJS.ErrnoException;
  return { reason: `the thread for it failed (${code ?? name})` };
}

/** The key and the plan are given to it in memory only. */
function openDigestThread(basis: DigestBasis): Thread {
  return new Worker(new URL('./digest.thread.js', import.meta.url), {
    name: 'plan digest',
    workerData: basis,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}
