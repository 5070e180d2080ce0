import type { MessageOf } from '@berth/contracts';
import type { Failure } from '@berth/domain';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../../api/api-error.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { IDENTITY, type Identity } from '../../identity.js';
import type { SlotRun } from '../../slots/slot-run.js';
import { Outbox } from './outbox.js';
import type { PhaseLog } from './phase-log.js';

/** Tells how runs ended. The log is complete before the result is told. */
@Injectable()
export class RunReports {
  constructor(
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async planned(
    run: SlotRun,
    log: PhaseLog,
    result: Pick<MessageOf<'task.plan_finished'>, 'planHash' | 'hasChanges' | 'changes'>,
  ): Promise<void> {
    await log.close();
    await this.outbox.put('task.plan_finished', {
      ...this.owned(run),
      slotId: run.slotId,
      ...result,
      record: log.finished(),
    });
  }

  async finished(
    run: SlotRun,
    log: PhaseLog,
    result: Pick<MessageOf<'task.finished'>, 'changes'>,
  ): Promise<void> {
    await log.close();
    await this.outbox.put('task.finished', {
      ...this.owned(run),
      phase: run.phase,
      ...result,
      record: log.finished(),
    });
  }

  async failed(run: SlotRun, log: PhaseLog, cause: unknown): Promise<void> {
    const error = run.exceeded === null ? cause : overLimit(run.exceeded, cause);
    const failure = failureOf(error);
    const why = run.stoppedBecause;
    log.text.line(
      why === null || why === 'limit'
        ? `\nFailed: ${failure.message}`
        : `\nStopped: ${stopText(why)} ${told(error)}`.trimEnd(),
    );
    await log.close();
    if (why === 'stale' || (error instanceof ApiError && error.isStale)) {
      this.logger.warn(
        { taskId: run.taskId, attempt: run.attempt },
        'the attempt is over: the run was dropped',
      );
      return;
    }
    await this.outbox.put('task.failed', {
      ...this.owned(run),
      phase: run.phase,
      failure: { ...failure, message: run.mask.text(failure.message).slice(0, 8_000) },
      interrupted: why === 'agent_stop' || (error instanceof TaskFailure && error.interrupted),
      stopped: why === 'person',
      stateInDoubt: error instanceof TaskFailure && error.stateInDoubt,
      record: log.finished(),
    });
  }

  private owned(run: SlotRun) {
    const { agentId, podName } = this.identity;
    return { taskId: run.taskId, attempt: run.attempt, agentId, podName };
  }
}

function stopText(reason: Exclude<SlotRun['stoppedBecause'], null | 'limit'>): string {
  switch (reason) {
    case 'person':
      return 'as somebody asked.';
    case 'agent_stop':
      return 'the agent is stopping; the task is queued again where that is safe.';
    case 'stale':
      return 'another attempt has taken over.';
  }
}

/** What the stop has made of the work may leave its state in doubt all the same. */
function overLimit(limit: TaskFailure, cause: unknown): TaskFailure {
  return cause instanceof TaskFailure && cause.stateInDoubt ? limit.withStateInDoubt() : limit;
}

/** What became of the work where that can be said; the reason of a stop alone says nothing new. */
function told(error: unknown): string {
  return error instanceof TaskFailure ? error.message : '';
}

/** What nobody knows is transient: a limited retry is cheap, a lost task is not. */
function failureOf(error: unknown): Failure {
  if (error instanceof TaskFailure) {
    return error.toFailure();
  }
  if (error instanceof ApiError) {
    return { code: error.code, class: error.failureClass, message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'AGENT_ERROR', class: 'transient', message: `The agent could not do this: ${message}` };
}
