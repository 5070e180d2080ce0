import type { MessageOf } from '@berth/contracts';
import { SettlingFilter } from '@berth/messaging';
import { LOGGER, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  Database,
  finishPlan,
  finishTask,
  recordLateResult,
  recordObservations,
  recordProgress,
  refuseTask,
  reportFailure,
  stopTargetOf,
  type TaskRow,
} from '@berth/persistence';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { AlarmClock } from './alarm-clock.js';
import { ClaimLoop } from './claim.loop.js';
import { Dispatcher } from './dispatcher.js';
import { InOrder } from './in-order.js';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';

/** What agents and the api say of tasks. A word for a stale attempt changes nothing and is counted. */
@Controller()
@UseFilters(SettlingFilter)
export class TaskMessagesController {
  /** A task's steps reach its timeline in order, and none comes after its end. */
  private readonly inOrder = new InOrder();
  private readonly stale: Counter<'type'>;
  private readonly finished: Counter<'status'>;

  constructor(
    @Inject(SCHEDULER_ENV) private readonly env: SchedulerEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(ClaimLoop) private readonly claims: ClaimLoop,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(AlarmClock) private readonly alarms: AlarmClock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.stale = metrics.counter('berth_stale_messages_total', 'Messages for an attempt that is over', [
      'type',
    ]);
    this.finished = metrics.counter('berth_tasks_finished_total', 'Tasks that came to an end', ['status']);
  }

  @EventPattern('task.runnable')
  runnable(@Payload() _message: MessageOf<'task.runnable'>): void {
    this.claims.wake();
  }

  @EventPattern('task.stop_requested')
  async stopRequested(@Payload() { taskId }: MessageOf<'task.stop_requested'>): Promise<void> {
    const target = await stopTargetOf(this.database, taskId);
    if (target !== null) {
      await this.dispatcher.stop(target);
    }
    // A force-cancel has freed the slot already.
    this.claims.wake();
  }

  @EventPattern('task.progressed')
  async progressed(@Payload() message: MessageOf<'task.progressed'>): Promise<void> {
    const progress = { ...message, record: message.record ?? {}, actor: actorOf(message) };
    const recorded = await this.inOrder.run(message.taskId, async () =>
      recordProgress(this.database, progress),
    );
    if (!recorded) {
      this.stale.inc({ type: 'task.progressed' });
    }
  }

  @EventPattern('task.observed')
  async observed(@Payload() message: MessageOf<'task.observed'>): Promise<void> {
    const seen = { ...message, actor: actorOf(message) };
    const recorded = await this.inOrder.run(message.taskId, async () =>
      recordObservations(this.database, seen),
    );
    if (!recorded) {
      this.stale.inc({ type: 'task.observed' });
    }
  }

  @EventPattern('task.plan_finished')
  async planFinished(@Payload() message: MessageOf<'task.plan_finished'>): Promise<void> {
    const plan = {
      ...message,
      reservationSeconds: this.env.BERTH_RESERVATION_SECONDS,
      actor: actorOf(message),
    };
    await this.settle('task.plan_finished', message, async () => finishPlan(this.database, plan));
  }

  @EventPattern('task.finished')
  async taskFinished(@Payload() message: MessageOf<'task.finished'>): Promise<void> {
    const work = { ...message, actor: actorOf(message) };
    const late = { ...work, succeeded: true, message: 'it was applied' };
    await this.settle(
      'task.finished',
      message,
      async () => finishTask(this.database, work),
      async () => recordLateResult(this.database, late),
    );
  }

  @EventPattern('task.failed')
  async taskFailed(@Payload() message: MessageOf<'task.failed'>): Promise<void> {
    const report = { ...message, actor: actorOf(message) };
    const late = { ...report, succeeded: false, message: `it failed: ${message.failure.message}` };
    await this.settle(
      'task.failed',
      message,
      async () => reportFailure(this.database, report, this.retry),
      async () => recordLateResult(this.database, late),
    );
  }

  @EventPattern('task.refused')
  async refused(@Payload() message: MessageOf<'task.refused'>): Promise<void> {
    const refusal = { ...message, actor: actorOf(message) };
    await this.settle('task.refused', message, async () => refuseTask(this.database, refusal, this.retry));
  }

  private get retry() {
    return {
      firstDelayMs: this.env.BERTH_RETRY_FIRST_DELAY_MS,
      maxDelayMs: this.env.BERTH_RETRY_MAX_DELAY_MS,
    };
  }

  private async settle(
    type: string,
    message: { readonly taskId: string; readonly attempt: number },
    move: () => Promise<TaskRow | null>,
    late: () => Promise<boolean> = async () => false,
  ): Promise<void> {
    const { taskId, attempt } = message;
    const task = await this.inOrder.run(taskId, move);
    if (task === null) {
      if (await this.inOrder.run(taskId, late)) {
        this.logger.warn({ type, taskId, attempt }, 'an agent that was taken for lost has reported');
        this.claims.wake();
        return;
      }
      this.stale.inc({ type });
      this.logger.info({ type, taskId, attempt }, 'the attempt is over: nothing changed');
      return;
    }
    if (task.finishedAt !== null) {
      this.finished.inc({ status: task.status });
    }
    this.alarms.set(task);
    // A slot or a lane may have become free, or an apply runnable.
    this.claims.wake();
  }
}

function actorOf(message: { agentId: string }): string {
  return `agent:${message.agentId}`;
}
