import type { MessageOf } from '@berth/contracts';
import { SLOT_BUSY, type Failure } from '@berth/domain';
import { SettlingFilter } from '@berth/messaging';
import { LOGGER, type Logger } from '@berth/observability';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { ApiClient } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import { IDENTITY, type Identity } from '../identity.js';
import { Outbox } from '../runs/reporting/outbox.js';
import { RunExecutor } from '../runs/run-executor.js';
import { AcceptedApplies } from '../slots/accepted-applies.js';
import { Slots } from '../slots/slots.js';
import { EarlyLook } from '../slots/warm-facts.js';
import { Lifecycle } from './lifecycle.js';

/** What the scheduler says to this agent. The delivery is acknowledged when the task is accepted, refused or stale. */
@Controller()
@UseFilters(SettlingFilter)
export class TaskMessagesController {
  private readonly taking = new Map<string, Promise<void>>();

  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(AcceptedApplies) private readonly accepted: AcceptedApplies,
    @Inject(RunExecutor) private readonly executor: RunExecutor,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A lost connection brings a delivery again while its accept is still on its way: accepting is idempotent, beginning
   * is not, so the second one waits for what becomes of the first.
   */
  @EventPattern('task.assigned')
  async assigned(@Payload() message: MessageOf<'task.assigned'>): Promise<void> {
    const key = `${message.taskId}/${message.attempt}`;
    const taking =
      this.taking.get(key) ??
      this.slots
        .whileAccepting(message, async () => this.take(message))
        .finally(() => this.taking.delete(key));
    this.taking.set(key, taking);
    await taking;
  }

  @EventPattern('task.stop')
  stop(@Payload() message: MessageOf<'task.stop'>): void {
    const run = this.slots.runIn(message.slotId);
    if (run?.taskId === message.taskId && run.attempt === message.attempt) {
      run.wish(message.mode);
    }
  }

  private async take(message: MessageOf<'task.assigned'>): Promise<void> {
    const { taskId, attempt, slotId, phase } = message;
    const present = this.slots.runIn(slotId);
    if (present?.taskId === taskId && present.attempt === attempt) {
      return;
    }
    if (this.outbox.hasReported(taskId, attempt)) {
      // Refused or ended before its delivery was acknowledged: what the database makes of that must stay true.
      return;
    }
    const refusal = this.whyNot(present?.taskId);
    if (refusal !== null) {
      await this.refuse(message, refusal);
      return;
    }
    const isApply = phase === 'apply';
    const noted = isApply ? this.accepted.keep(message) : undefined;
    try {
      const accepting = this.api.accept(taskId, { attempt, slotId, phase });
      const look = isApply ? new EarlyLook(this.slots.slot(slotId)) : null;
      const assignment = await accepting;
      await noted;
      this.accepted.taken(message);
      this.executor.begin(assignment, slotId, look);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      await this.notAccepted(message, error);
      await noted;
      if (isApply) {
        await this.accepted.notTaken(message);
      }
    }
  }

  private async notAccepted(message: MessageOf<'task.assigned'>, error: ApiError): Promise<void> {
    const { taskId, attempt } = message;
    if (error.isStale) {
      this.logger.info({ taskId, attempt }, 'the assignment is stale: dropped');
      return;
    }
    // Where the session is over the task is as good as before: it is offered again, by then to an agent that may take it.
    await this.refuse(
      message,
      error.isSessionOver
        ? { code: 'AGENT_SESSION_OVER', class: 'transient', message: error.message }
        : { code: error.code, class: error.failureClass, message: error.message },
    );
  }

  private whyNot(presentTaskId: string | undefined): Failure | null {
    if (this.lifecycle.isDraining) {
      return { code: 'AGENT_DRAINING', class: 'transient', message: `${this.identity.agentId} is stopping` };
    }
    if (presentTaskId !== undefined) {
      return {
        code: SLOT_BUSY,
        class: 'transient',
        message: `the slot is still busy with task ${presentTaskId}`,
      };
    }
    return null;
  }

  private async refuse(message: MessageOf<'task.assigned'>, failure: Failure): Promise<void> {
    const { agentId, podName } = this.identity;
    this.logger.warn({ taskId: message.taskId, code: failure.code }, `refused: ${failure.message}`);
    await this.outbox.put('task.refused', { ...message, agentId, podName, failure });
  }
}
