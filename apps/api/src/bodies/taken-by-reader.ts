import type { ServerResponse } from 'node:http';

/** A reader that takes nothing for so long is cut off, in milliseconds: it may go on where it was. */
export const STALLED_MS = 20_000;

/** Whether the reader has taken what was written, and more may be; false where it has gone, or takes nothing. */
export async function takenByReader(response: ServerResponse, stalledMs = STALLED_MS): Promise<boolean> {
  if (response.destroyed || response.closed) {
    return false;
  }
  if (!response.writableNeedDrain) {
    return true;
  }
  return new Promise<boolean>((resolve) => {
    const settle = (taken: boolean): void => {
      clearTimeout(timer);
      response.off('drain', drained);
      response.off('close', gone);
      resolve(taken);
    };
    const drained = (): void => {
      settle(true);
    };
    const gone = (): void => {
      settle(false);
    };
    const timer = setTimeout(gone, stalledMs);
    response.once('drain', drained);
    response.once('close', gone);
  });
}
