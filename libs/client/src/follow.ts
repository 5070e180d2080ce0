import { eventsIn } from './event-stream.js';
import { ApiProblem, isTransient, Unreachable } from './failures.js';
import type { paths } from './generated/api.js';
import { pause } from './pause.js';
import { callName, type Transport } from './transport.js';
import { Watch } from './watch.js';

type Stream = { readonly content: { readonly 'text/event-stream': unknown } };

/** The paths that can be followed. */
export type FollowedPath = {
  [P in keyof paths]: paths[P] extends { get: { responses: { 200: Stream } } } ? P : never;
}[keyof paths];

type DataOf<P extends FollowedPath> = paths[P] extends {
  get: { responses: { 200: { content: { 'text/event-stream': infer Data } } } };
}
  ? Data
  : never;

export interface FollowedEvent<P extends FollowedPath> {
  readonly event: string;
  /** Its place in the stream: given as `lastEventId`, it is where another follower goes on. */
  readonly id: string | undefined;
  readonly data: DataOf<P>;
}

export interface FollowOptions<P extends FollowedPath> {
  readonly params: Pick<paths[P]['get']['parameters'], 'path' | 'query'>;
  readonly signal?: AbortSignal;
  readonly lastEventId?: string;
  /** For so long nothing may be heard before the connection counts as broken. The api says every 15 s that it is there. */
  readonly silenceMs?: number;
  /** For so long a broken connection is made again before the last failure is thrown. */
  readonly patienceMs?: number;
  /** Told when the connection is broken and about to be made again: what was shown may be old. */
  readonly onBreak?: (error: unknown) => void;
}

const SILENCE_MS = 45_000;
const PATIENCE_MS = 300_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** What a stream tells, until the api says that it has ended; connections may come and go. */
export async function* follow<P extends FollowedPath>(
  transport: Transport,
  path: P,
  options: FollowOptions<P>,
): AsyncGenerator<FollowedEvent<P>, void, undefined> {
  const { signal, silenceMs = SILENCE_MS, patienceMs = PATIENCE_MS, params } = options;
  const call = callName('get', path);
  let { lastEventId } = options;
  let lastHeard = Date.now();
  const hear = (): void => {
    lastHeard = Date.now();
  };
  for (let failures = 0; ; failures += 1) {
    try {
      const watch = new Watch(call, silenceMs, signal);
      const place = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const headers = { accept: 'text/event-stream', ...place };
      const open = async () => transport.open('get', path, { params, signal: watch.signal, headers });
      for await (const { id, event = 'message', data } of eventsIn(open, watch, hear)) {
        if (event === 'end') {
          return;
        }
        failures = 0;
        lastEventId = id ?? lastEventId;
        yield { event, id, data: JSON.parse(data) as DataOf<P> };
        // A reader that took its time finds its connection broken, and not its patience at an end.
        hear();
      }
      throw new Unreachable(call, 'the stream broke off before its end');
    } catch (error) {
      if (!isTransient(error) || Date.now() - lastHeard > patienceMs) {
        throw error;
      }
      options.onBreak?.(error);
      await pause(Math.min(pauseAfter(failures, error), patienceMs), signal);
    }
  }
}

/** Longer with each failure in a row, and not the same for all who were cut off at once. */
function pauseAfter(failures: number, error: unknown): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  const asked = error instanceof ApiProblem ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(asked, longest * (0.5 + Math.random() / 2));
}
