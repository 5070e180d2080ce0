import type { MessageOf } from '@berth/contracts';
import { LOGGER, type Logger } from '@berth/observability';
import { Publisher } from '@berth/messaging';
import { Inject, Injectable } from '@nestjs/common';

/**
 * Tells the scheduler to look now. Nothing depends on it: what is not heard here is found by the next sweep, so the
 * caller's answer does not wait for it.
 */
@Injectable()
export class SchedulerBell {
  constructor(
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  ring(type: 'task.runnable' | 'task.stop_requested', taskId: string): void {
    this.send(type, { taskId });
  }

  /** A person has confirmed the task, and waits for its apply. */
  ringForApply(taskId: string): void {
    this.send('task.runnable', { taskId, confirmed: true });
  }

  private send(type: 'task.runnable' | 'task.stop_requested', message: MessageOf<'task.runnable'>): void {
    this.publisher.publish(type, message).catch((error: unknown) => {
      this.logger.warn({ taskId: message.taskId }, `${type} was not sent: ${String(error)}`);
    });
  }
}
