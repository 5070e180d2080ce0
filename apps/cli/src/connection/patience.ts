import { isTransient } from '@berth/client';

const PAUSES_MS = [500, 1_000, 2_000, 4_000];

/**
 * Asks again where a call that may be made twice finds nobody for a moment: whoever has packed and uploaded for minutes
 * should not begin again because of a restart of the api.
 */
export async function patiently<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error)) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    signal?.throwIfAborted();
  }
  return call();
}
