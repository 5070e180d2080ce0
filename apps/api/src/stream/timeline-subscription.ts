import type { StreamEvent } from '@berth/contracts';
import { readTaskEvents, type Database } from '@berth/persistence';
import type { SharedReads } from './shared-reads.js';
import type { Outlet, Subscription } from './subscription.js';
import type { TaskHeads } from './task-heads.js';

const PORTION = 200;

interface Line {
  readonly id: string;
  readonly json: string;
}

/** A task's timeline, from its first line on. */
export class TimelineSubscription implements Subscription {
  constructor(
    private readonly from: {
      readonly database: Database;
      readonly heads: TaskHeads;
      readonly reads: SharedReads;
    },
    private readonly taskId: string,
    private last: string,
    private readonly wake: () => void,
  ) {
    from.heads.join(taskId, wake);
  }

  get position(): string {
    return this.last;
  }

  async pull(outlet: Outlet): Promise<boolean> {
    const { last, taskId } = this;
    const { heads, reads } = this.from;
    const end = heads.of(taskId)?.lastEvent ?? null;
    if (end === null || BigInt(end) <= BigInt(last)) {
      return false;
    }
    const lines = await reads.once(`events ${taskId} ${last} ${end}`, async () => this.read(last));
    for (const { id, json } of lines) {
      this.last = id;
      await outlet.tell('task_event', json);
    }
    return lines.length >= PORTION;
  }

  leave(): void {
    this.from.heads.leave(this.taskId, this.wake);
  }

  private async read(after: string): Promise<readonly Line[]> {
    const events = await readTaskEvents(this.from.database, this.taskId, after, PORTION);
    return events.map(({ organizationId: _organization, ...event }) => ({
      id: event.id,
      json: JSON.stringify({
        type: 'task_event',
        event: { ...event, at: event.at.toISOString() },
      } satisfies StreamEvent),
    }));
  }
}
