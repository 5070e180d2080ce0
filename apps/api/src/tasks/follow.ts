import type { Response } from 'express';
import type { z } from 'zod';
import type { WithCaller } from '../auth/caller.js';
import { STALLED_MS, takenByReader } from '../bodies/taken-by-reader.js';
import { invalidField } from '../problems/problem-error.js';

/** How often a follower looks for more, in milliseconds. */
const LOOK_MS = 400;
/** Proxies close silent connections, often after a minute. */
const KEEP_ALIVE_MS = 15_000;
/** How often it is asked whether the follower may still see it: keys and sessions end, and so do roles. */
const ASK_AGAIN_MS = 15_000;

export interface SseMessage {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

/** What one look found. */
export interface Look {
  readonly messages: readonly SseMessage[];
  /** There is more already. */
  readonly more: boolean;
  /** There will never be more. */
  readonly ended: boolean;
}

/**
 * Sends what `look` finds as server-sent events until it has ended, or the caller has gone or may not see it any more. The
 * next look waits until the caller has taken the last one's; one that takes nothing is cut off, and goes on with the id of
 * the last event that it has.
 */
export async function follow(
  response: Response,
  look: () => Promise<Look>,
  stalledMs = STALLED_MS,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.flushHeaders();
  const { stillMay } = response.req as WithCaller;
  let lastSent = Date.now();
  let lastAsked = Date.now();
  while (!response.destroyed) {
    if (Date.now() - lastAsked > ASK_AGAIN_MS) {
      lastAsked = Date.now();
      if ((await stillMay?.()) === false) {
        break;
      }
    }
    const { messages, more, ended } = await look();
    for (const { id, event, data } of messages) {
      response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (!(await takenByReader(response, stalledMs))) {
        response.destroy();
        return;
      }
      lastSent = Date.now();
    }
    if (ended) {
      response.write('event: end\ndata: {}\n\n');
      break;
    }
    if (Date.now() - lastSent > KEEP_ALIVE_MS) {
      response.write(': still here\n\n');
      lastSent = Date.now();
    }
    if (!more) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  response.end();
}

/** What a follower has already; undefined where it says nothing. @throws ProblemError 400 */
export function goOnAfter<T>(schema: z.ZodType<T>, lastEventId: string | undefined): T | undefined {
  if (lastEventId === undefined || lastEventId === '') {
    return undefined;
  }
  const place = schema.safeParse(lastEventId);
  if (!place.success) {
    throw invalidField('Last-Event-ID', 'must be the id of an event of this stream');
  }
  return place.data;
}

/** True where the caller wants server-sent events. */
export function wantsEvents(accept: string | undefined): boolean {
  return accept?.includes('text/event-stream') === true;
}
