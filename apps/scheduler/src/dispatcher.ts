import {
  agentRoutingKey,
  BrokerConnection,
  declareAgentQueue,
  Publisher,
  type SessionKey,
} from '@berth/messaging';
import {
  inSpan,
  LOGGER,
  Metrics,
  traceparentNow,
  withLogFields,
  type Counter,
  type Logger,
} from '@berth/observability';
import {
  continueTrace,
  Database,
  releaseTask,
  suspectAgent,
  type Assignment,
  type StopTarget,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** A task whose agent was not there waits so long before it is claimed again, in milliseconds. */
const ROLLBACK_DELAY_MS = 250;

/**
 * Tells agents of ownership that is committed. A message that is certainly in no queue takes the ownership back at
 * once; one of which nobody can say leaves it to the lease, because the agent may have it.
 */
@Injectable()
export class Dispatcher {
  private readonly rollbacks: Counter<'reason'>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(BrokerConnection) private readonly connection: BrokerConnection,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.rollbacks = metrics.counter('berth_assignments_rolled_back_total');
  }

  /** False while the broker takes nothing: then nothing may be claimed. */
  get canDispatch(): boolean {
    return this.publisher.canPublish;
  }

  async dispatch(assignment: Assignment): Promise<void> {
    const { taskId, attempt, agentId } = assignment;
    await withLogFields({ taskId, attempt, agentId }, async () =>
      this.traced(assignment, async () => this.tell(assignment)),
    );
  }

  /**
   * In the trace of the request that queued the task, up to the end of the apply. What is done once more is a trace of
   * its own, which points at the one before: a trace in which all tries lie above one another says nothing of any.
   */
  private async traced(assignment: Assignment, work: () => Promise<void>): Promise<void> {
    const { taskId, attempt, phase, agentId, slotId, traceparent } = assignment;
    if (traceparent === null) {
      await work();
      return;
    }
    const isAgain = attempt > 1 && phase !== 'apply';
    const attributes = {
      'berth.task.id': taskId,
      'berth.task.attempt': attempt,
      'berth.agent.id': agentId,
      'berth.slot.id': slotId,
    };
    const belongs = isAgain ? { link: traceparent } : { parent: traceparent };
    await inSpan(`assign ${phase}`, { attributes, ...belongs }, async () => {
      const begun = isAgain ? traceparentNow() : null;
      if (begun !== null) {
        await continueTrace(this.database, { taskId, attempt, traceparent: begun });
      }
      await work();
    });
  }

  private async tell(assignment: Assignment): Promise<void> {
    const { taskId, attempt, slotId, phase, agentId } = assignment;
    const published = await this.publisher.publish(
      'task.assigned',
      { taskId, attempt, slotId, phase },
      { routingKey: agentRoutingKey(agentId), signedBy: sessionKeyOf(assignment) },
    );
    this.logger.debug({ phase, slotId }, `assigned to ${agentId}, slot ${slotId}: ${published.outcome}`);
    if (published.outcome !== 'refused') {
      return;
    }
    this.rollbacks.inc({ reason: published.reason });
    if (published.reason === 'returned') {
      await this.findAgain(agentId);
    }
    const released = await releaseTask(this.database, {
      taskId,
      attempt,
      delayMs: ROLLBACK_DELAY_MS,
      countsAsRetry: false,
      failure: null,
      actor: 'scheduler',
      message: `the message to ${agentId} was not queued (${published.reason}); queued again`,
    });
    if (released === null) {
      this.logger.info({ taskId, attempt }, 'the assignment was accepted or taken back already');
    }
  }

  /** The stop is heard at the agent's next log piece at the latest, so a message that is lost costs seconds. */
  async stop(task: StopTarget): Promise<void> {
    const { taskId, attempt, slotId } = task;
    const mode = task.force ? 'force_cancel' : 'cancel';
    await this.publisher.publish(
      'task.stop',
      { taskId, attempt, slotId, mode },
      { routingKey: agentRoutingKey(task.agentId), signedBy: sessionKeyOf(task) },
    );
  }

  /**
   * The agent gets nothing more until its next heartbeat. One that was heard a moment ago is there, and its queue or the
   * binding is not: it may make neither itself.
   */
  private async findAgain(agentId: string): Promise<void> {
    const isHere = await suspectAgent(this.database, agentId);
    if (isHere) {
      this.connection.doubt(`a message to ${agentId} came back`);
      await declareAgentQueue(this.connection, agentId).catch((error: unknown) => {
        this.logger.warn({ agentId }, `the queue of ${agentId} could not be declared: ${String(error)}`);
      });
    }
  }
}

function sessionKeyOf({
  sessionId,
  messageKey,
}: Pick<Assignment, 'sessionId' | 'messageKey'>): SessionKey | undefined {
  return sessionId === null || messageKey === null ? undefined : { sessionId, key: messageKey };
}
