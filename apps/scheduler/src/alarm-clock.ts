import { Publisher } from '@berth/messaging';
import { LOGGER, type Logger } from '@berth/observability';
import type { TaskRow } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** Wakes some scheduler when a task that was put back may run. Nothing depends on it, so nobody waits for it. */
@Injectable()
export class AlarmClock {
  constructor(
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Our clock and the database's may differ; an alarm that comes too early costs a regular look. */
  set(task: Pick<TaskRow, 'id' | 'status' | 'runAfter'>): void {
    const delayMs = task.runAfter.getTime() - Date.now();
    if (delayMs <= 0 || (task.status !== 'pending' && task.status !== 'apply_queued')) {
      return;
    }
    this.publisher.setAlarm(task.id, delayMs).catch((error: unknown) => {
      this.logger.warn({ taskId: task.id }, `no alarm was set: ${String(error)}`);
    });
  }
}
