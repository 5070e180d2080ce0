import { ApiProblem, type Client, type Schemas } from '@berth/client';
import { LogBook } from '../logs/log-book.js';
import { Topics, type Topic } from './topics.js';

type StreamEvent = Schemas['StreamEvent'];

/** Whether what the page shows is what there is: `away` while the stream is being connected again. */
export type Connection = 'connecting' | 'live' | 'away';

interface LiveOptions {
  readonly client: Client;
  /** Takes in everything but logs. */
  readonly onEvent: (event: StreamEvent, topics: readonly Topic[]) => void;
  readonly onSignedOut: () => void;
}

/** Parts of a page come and go together; the stream is connected anew once for all of them. */
const SETTLE_MS = 30;
/** A tab that nobody sees gives its connection back: browsers have six of them for all tabs. */
const HIDDEN_MS = 60_000;
const AGAIN_MS = 5_000;
const REFUSED_AGAIN_MS = 60_000;

/** The one stream of a page: what its parts watch is told on it, and connected again when it breaks. */
export class Live {
  readonly topics = new Topics(() => {
    this.settle();
  });
  readonly logs = new LogBook();
  private readonly listeners = new Set<() => void>();
  private connection: Connection = 'connecting';
  private current: AbortController | undefined;
  private settling: ReturnType<typeof setTimeout> | undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;
  private hidden = false;

  constructor(private readonly options: LiveOptions) {}

  /** @returns what ends it */
  start(): () => void {
    const onVisibility = (): void => {
      clearTimeout(this.hiding);
      if (document.visibilityState === 'hidden') {
        this.hiding = setTimeout(() => {
          this.hide(true);
        }, HIDDEN_MS);
      } else {
        this.hide(false);
      }
    };
    document.addEventListener('visibilitychange', onVisibility);
    this.settle();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearTimeout(this.hiding);
      clearTimeout(this.settling);
      this.current?.abort();
    };
  }

  /** For useSyncExternalStore. */
  readonly listen = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  readonly state = (): Connection => this.connection;

  private hide(hidden: boolean): void {
    if (this.hidden !== hidden) {
      this.hidden = hidden;
      this.settle();
    }
  }

  private settle(afterMs = SETTLE_MS): void {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.current?.abort();
      const topics = this.topics.all();
      if (topics.length > 0 && !this.hidden) {
        void this.read(topics);
      }
    }, afterMs);
  }

  private async read(topics: readonly Topic[]): Promise<void> {
    const own = new AbortController();
    this.current = own;
    const { signal } = own;
    try {
      const events = this.options.client.follow('/api/v1/stream', {
        params: { query: { topics: topics.map((topic) => this.withPlace(topic)).join(',') } },
        signal,
        onBreak: () => {
          this.say('away');
        },
      });
      for await (const { data } of events) {
        this.take(data, topics);
      }
      this.settle(0);
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      const status = error instanceof ApiProblem ? error.status : 0;
      if (status === 401) {
        this.options.onSignedOut();
      } else if (status === 403 || status === 404) {
        // What is on this page is not for this person, or is gone, and the page says so; another one has other topics.
        this.settle(REFUSED_AGAIN_MS);
      } else {
        this.say('away');
        this.settle(AGAIN_MS);
      }
    }
  }

  private take(event: StreamEvent, topics: readonly Topic[]): void {
    if (event.type === 'log') {
      // Where something is missing, the log is asked for from its own end on.
      if (!this.logs.of(event.taskId, event.phase).append(event.offset, event.text)) {
        this.settle(0);
      }
      return;
    }
    if (event.type === 'log_end') {
      this.logs.of(event.taskId, event.phase).end();
      return;
    }
    if (event.type === 'ready') {
      this.say('live');
    }
    this.options.onEvent(event, topics);
  }

  /** A log goes on behind what is there already. */
  private withPlace(topic: Topic): string {
    const [kind, taskId, phase] = topic.split(':');
    const bytes = kind === 'log' ? this.logs.of(taskId ?? '', phase ?? '').bytes : 0;
    return bytes === 0 ? topic : `${topic}:${bytes}`;
  }

  private say(connection: Connection): void {
    if (this.connection !== connection) {
      this.connection = connection;
      this.listeners.forEach((listener) => {
        listener();
      });
    }
  }
}
