import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Watch } from './watch.js';

/**
 * The events of one connection, as they come. One that says nothing for too long is ended, for a connection whose other
 * side has gone without a word looks just like a quiet one; the time that a slow reader takes is not counted.
 * @param onHeard is told of every sign of life, also of those that are no event
 */
export async function* eventsIn(
  open: () => Promise<Response>,
  watch: Watch,
  onHeard: () => void,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  const { body } = await watch.during(open);
  const reader = body?.getReader();
  try {
    for (;;) {
      const piece = await watch.during(async () => reader?.read());
      if (piece?.value === undefined) {
        return;
      }
      onHeard();
      parser.feed(decoder.decode(piece.value, { stream: true }));
      yield* events.splice(0);
    }
  } finally {
    // A connection that is broken already need not be told that nobody listens.
    await reader?.cancel().catch(() => undefined);
  }
}
