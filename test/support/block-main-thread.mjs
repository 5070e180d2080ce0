import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a service by NODE_OPTIONS=--import: SIGUSR2 blocks its main thread, and no other one, for
 * BLOCK_MAIN_THREAD_MS, as a long synchronous piece of work would. Begin and end are written past the event loop.
 */
if (isMainThread) {
  process.on('SIGUSR2', () => {
    writeSync(2, 'the main thread is blocked\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(process.env.BLOCK_MAIN_THREAD_MS));
    writeSync(2, 'the main thread is free again\n');
  });
}
