import type { MessageOf } from '@berth/contracts';
import { APPLY_NOT_BEGUN } from '@berth/domain';
import { SettlingFilter, type Said } from '@berth/messaging';
import { LOGGER, type Logger } from '@berth/observability';
import {
  Database,
  planFinished,
  recordLateResult,
  recordObservations,
  recordProgress,
  stopTargetOf,
  taskRefused,
  workFailed,
  workFinished,
  type TaskRow,
  type Word,
} from '@berth/persistence';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { AgentHealthNotes } from './agent-health.js';
import { AlarmClock } from './alarm-clock.js';
import { ClaimLoop } from './claim.loop.js';
import { Dispatcher } from './dispatcher.js';
import { InOrder } from './in-order.js';
import { PeopleFirst } from './people-first.js';
import { ResultCounts } from './result-counts.js';
import { Results } from './results.js';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';

/** What agents and the api say of tasks. A word for a stale attempt changes nothing and is counted. */
@Controller()
@UseFilters(SettlingFilter)
export class TaskMessagesController {
  /** A task's steps reach its timeline in order, and none comes after its end. */
  private readonly inOrder = new InOrder();

  constructor(
    @Inject(SCHEDULER_ENV) private readonly env: SchedulerEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(ClaimLoop) private readonly claims: ClaimLoop,
    @Inject(Dispatcher) private readonly dispatcher: Dispatcher,
    @Inject(AlarmClock) private readonly alarms: AlarmClock,
    @Inject(ResultCounts) private readonly counts: ResultCounts,
    @Inject(Results) private readonly results: Results,
    @Inject(PeopleFirst) private readonly people: PeopleFirst,
    @Inject(AgentHealthNotes) private readonly health: AgentHealthNotes,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @EventPattern('task.runnable')
  runnable(@Payload() { confirmed = false }: MessageOf<'task.runnable'>): void {
    if (confirmed) {
      this.claims.wakeForApply();
    } else {
      this.claims.wake();
    }
  }

  @EventPattern('task.stop_requested')
  async stopRequested(@Payload() { taskId }: MessageOf<'task.stop_requested'>): Promise<void> {
    const end = this.people.begin();
    try {
      const target = await stopTargetOf(this.database, taskId);
      if (target !== null) {
        await this.dispatcher.stop(target);
      }
    } finally {
      end();
    }
    // A force-cancel has freed the slot already.
    this.claims.wake();
  }

  @EventPattern('task.progressed')
  async progressed(@Payload() message: Said<'task.progressed'>): Promise<void> {
    const progress = { ...message, record: message.record ?? {}, actor: actorOf(message) };
    const recorded = await this.inOrder.run(message.taskId, async () =>
      recordProgress(this.database, progress),
    );
    if (!recorded) {
      this.counts.wasStale('task.progressed');
    }
  }

  @EventPattern('task.observed')
  async observed(@Payload() message: Said<'task.observed'>): Promise<void> {
    const seen = { ...message, actor: actorOf(message) };
    const recorded = await this.inOrder.run(message.taskId, async () =>
      recordObservations(this.database, seen),
    );
    if (!recorded) {
      this.counts.wasStale('task.observed');
    }
  }

  @EventPattern('task.plan_finished')
  async planFinished(@Payload() message: Said<'task.plan_finished'>): Promise<void> {
    const plan = {
      ...message,
      reservationSeconds: this.env.BERTH_RESERVATION_SECONDS,
      actor: actorOf(message),
    };
    const task = await this.settle('task.plan_finished', message, planFinished(plan));
    if (task !== null) {
      this.counts.planned(task);
      await this.health.succeeded(message.agentId);
    }
  }

  @EventPattern('task.finished')
  async taskFinished(@Payload() message: Said<'task.finished'>): Promise<void> {
    const work = { ...message, actor: actorOf(message) };
    const late = { ...work, nothingToLookAt: true, message: 'it was applied' };
    const task = await this.settle('task.finished', message, workFinished(work), async () =>
      recordLateResult(this.database, late),
    );
    if (task !== null) {
      this.counts.done(task, message);
      await this.health.succeeded(message.agentId);
    }
  }

  @EventPattern('task.failed')
  async taskFailed(@Payload() message: Said<'task.failed'>): Promise<void> {
    const report = { ...message, actor: actorOf(message) };
    const { failure, stateInDoubt } = message;
    const nothingToLookAt = failure.code === APPLY_NOT_BEGUN && !stateInDoubt;
    const late = { ...report, nothingToLookAt, message: `it failed: ${failure.message}` };
    const task = await this.settle('task.failed', message, workFailed(report, this.retry), async () =>
      recordLateResult(this.database, late),
    );
    if (task !== null) {
      this.counts.failed(task, message);
      await this.health.failed(message.agentId, message.failure);
    }
  }

  @EventPattern('task.refused')
  async refused(@Payload() message: Said<'task.refused'>): Promise<void> {
    const refusal = { ...message, actor: actorOf(message) };
    const task = await this.settle('task.refused', message, taskRefused(refusal, this.retry));
    if (task !== null) {
      this.counts.refused(task, message);
      await this.health.failed(message.agentId, message.failure);
    }
  }

  private get retry() {
    return {
      firstDelayMs: this.env.BERTH_RETRY_FIRST_DELAY_MS,
      maxDelayMs: this.env.BERTH_RETRY_MAX_DELAY_MS,
    };
  }

  /** The task as it is now; null where the message has moved nothing. */
  private async settle(
    type: string,
    message: { readonly taskId: string; readonly attempt: number },
    word: Word,
    late: () => Promise<boolean> = async () => false,
  ): Promise<TaskRow | null> {
    const { taskId, attempt } = message;
    const task = await this.inOrder.run(taskId, async () => this.results.take(word));
    if (task === null) {
      if (await this.inOrder.run(taskId, late)) {
        this.logger.warn({ type, taskId, attempt }, 'an agent that was taken for lost has reported');
        this.claims.wake();
        return null;
      }
      this.counts.wasStale(type);
      this.logger.info({ type, taskId, attempt }, 'the attempt is over: nothing changed');
      return null;
    }
    this.alarms.set(task);
    // A slot or a lane may have become free, or an apply runnable.
    this.claims.wake();
    return task;
  }
}

function actorOf(message: { agentId: string }): string {
  return `agent:${message.agentId}`;
}
