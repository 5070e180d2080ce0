import type { Client, Schemas } from '@berth/client';
import { isOver } from '../output/words.js';
import { LogFollower, type LogListener, type Phase } from './follow-logs.js';

type Task = Schemas['Task'];
type TaskEvent = Schemas['TaskEvent'];

/** Whoever looks on. */
export interface Onlooker extends LogListener {
  /** A step of the timeline. */
  onEvent(event: TaskEvent): void;
  /** Why it does not go on, while it waits for a slot or its turn. */
  onWaiting(task: Task): void;
}

const PHASE_OF: Partial<Record<Task['status'], Phase>> = {
  planning: 'plan',
  applying: 'apply',
  running: 'build',
};
const WAITING: ReadonlySet<Task['status']> = new Set(['pending', 'assigned', 'apply_queued']);
/** How often the reason of a wait is looked up. */
const REASON_MS = 2_000;

/**
 * Follows a run: its timeline, and the log of the phase that it is in. It may be left and taken up again, and nothing is
 * told twice.
 */
export class RunWatch {
  private lastEventId: string | undefined;
  private status: Task['status'] | undefined;
  private readonly offsets = new Map<Phase, number>();

  constructor(
    private readonly client: Client,
    readonly id: string,
    private readonly onlooker: Onlooker,
  ) {}

  /** The run as it is once nothing goes on without a person, or ever. @throws the signal's reason */
  async untilItRests(signal: AbortSignal): Promise<Task> {
    const resting = this.status === 'apply_pending' ? await this.ifItRestsStill(signal) : undefined;
    if (resting !== undefined) {
      return resting;
    }
    const logs = new LogFollower(this.client, this.id, this.offsets, this.onlooker);
    const end = new AbortController();
    const reasons = this.tellReasons(AbortSignal.any([signal, end.signal]));
    try {
      for await (const event of this.events(signal)) {
        const { toStatus } = event;
        this.status = toStatus ?? this.status;
        const phase = toStatus === null ? undefined : PHASE_OF[toStatus];
        if (phase !== undefined) {
          logs.begin(phase, signal);
        }
        if (toStatus === 'apply_pending') {
          // Told of the past, it may be further by now.
          const task = await this.read(signal);
          if (task.status === 'apply_pending') {
            await logs.finish();
            return task;
          }
        }
      }
      await logs.finish();
      return await this.read(signal);
    } finally {
      end.abort();
      await Promise.allSettled([reasons, logs.stop()]);
    }
  }

  /** Left at a question and taken up again, it may have nothing new to tell. */
  private async ifItRestsStill(signal: AbortSignal): Promise<Task | undefined> {
    const task = await this.read(signal);
    const query = this.lastEventId === undefined ? {} : { cursor: this.lastEventId };
    const params = { path: { id: this.id }, query };
    const { items } = await this.client.get('/api/v1/tasks/{id}/events', { params, signal });
    const hasMoved = items.some(({ fromStatus, toStatus }) => toStatus !== null && toStatus !== fromStatus);
    return task.status === 'apply_pending' && !hasMoved ? task : undefined;
  }

  /** Ends when something happens to the run, which is told when it is followed on. @throws the signal's reason */
  async untilItMoves(signal: AbortSignal): Promise<void> {
    const place = this.lastEventId === undefined ? {} : { lastEventId: this.lastEventId };
    const params = { path: { id: this.id } };
    for await (const { data } of this.client.follow('/api/v1/tasks/{id}/events', {
      params,
      signal,
      ...place,
    })) {
      if (data.toStatus !== null && data.toStatus !== data.fromStatus) {
        return;
      }
    }
  }

  private async *events(signal: AbortSignal): AsyncGenerator<TaskEvent, void, undefined> {
    const place = this.lastEventId === undefined ? {} : { lastEventId: this.lastEventId };
    const params = { path: { id: this.id } };
    for await (const { id, data } of this.client.follow('/api/v1/tasks/{id}/events', {
      params,
      signal,
      ...place,
    })) {
      this.lastEventId = id ?? this.lastEventId;
      this.onlooker.onEvent(data);
      yield data;
    }
  }

  private async read(signal: AbortSignal): Promise<Task> {
    return this.client.get('/api/v1/tasks/{id}', { params: { path: { id: this.id } }, signal });
  }

  private async tellReasons(signal: AbortSignal): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, REASON_MS);
        signal.addEventListener(
          'abort',
          () => {
            clearTimeout(timer);
            resolve();
          },
          { once: true },
        );
      });
      if (signal.aborted) {
        return;
      }
      if (this.status !== undefined && WAITING.has(this.status)) {
        // A reason that cannot be had now is told the next time.
        const task = await this.read(signal).catch(() => undefined);
        if (task !== undefined && !isOver(task.status)) {
          this.onlooker.onWaiting(task);
        }
      }
    }
  }
}
