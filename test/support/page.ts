import type { StreamEvent } from '@berth/contracts';
import type { ApiCaller } from './api-caller.js';
import { waitFor } from './wait-for.js';

export interface PageEvent {
  readonly id: string | undefined;
  readonly data: StreamEvent;
}

type EventOf<T extends StreamEvent['type']> = Extract<StreamEvent, { type: T }>;

/** A page that is open: one connection to the stream, and all that it has been told there. */
export class Page {
  readonly events: PageEvent[] = [];
  /** When the connection has ended, whoever ended it. */
  readonly ended: Promise<void>;
  private hasEnded = false;

  private constructor(
    private readonly abort: AbortController,
    body: ReadableStream<Uint8Array>,
  ) {
    this.ended = this.read(body);
  }

  /** @throws Error with status and problem where there is no stream */
  static async open(api: ApiCaller, topics: string, lastEventId?: string): Promise<Page> {
    const abort = new AbortController();
    const response = await fetch(new URL(`/api/v1/stream?topics=${topics}`, api.baseUrl), {
      headers: {
        authorization: `Bearer ${api.key}`,
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    });
    if (response.status !== 200 || response.body === null) {
      throw new Error(`${response.status} ${await response.text()}`);
    }
    const page = new Page(abort, response.body);
    await page.has('ready');
    return page;
  }

  /** What of one type it was told, in its order. */
  of<T extends StreamEvent['type']>(type: T): EventOf<T>[] {
    return this.events.flatMap(({ data }) => (data.type === type ? [data as EventOf<T>] : []));
  }

  /** Waits for an event of the type for which `is` holds. */
  async has<T extends StreamEvent['type']>(
    type: T,
    is: (event: EventOf<T>) => boolean = () => true,
    deadlineMs = 15_000,
  ): Promise<EventOf<T>> {
    return waitFor(
      `a page to be told of ${type}`,
      async () => {
        const found = this.of(type).find(is);
        if (found === undefined && this.hasEnded) {
          throw new Error(`the stream has ended without ${type}`);
        }
        return found;
      },
      deadlineMs,
    );
  }

  /** All text of logs that came. */
  get text(): string {
    return this.of('log')
      .map(({ text }) => text)
      .join('');
  }

  /** Of the last event that had one. */
  get lastId(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? '';
  }

  async close(): Promise<void> {
    this.abort.abort();
    await this.ended;
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const piece of body) {
        text += decoder.decode(piece, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        blocks.forEach((block) => {
          this.take(block);
        });
      }
    } catch {
      // Cut off, by us or by the api.
    }
    this.hasEnded = true;
  }

  private take(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    const data = field('data');
    if (data !== undefined) {
      this.events.push({ id: field('id'), data: JSON.parse(data) as StreamEvent });
    }
  }
}
