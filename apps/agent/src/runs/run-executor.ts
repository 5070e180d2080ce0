import type { PhaseRecord, TaskAssignment } from '@berth/contracts';
import type { Failure } from '@berth/domain';
import { Publisher } from '@berth/messaging';
import { LOGGER, Metrics, type Gauge, type Histogram, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { IDENTITY, type Identity } from '../identity.js';
import { Outbox } from '../outbox.js';
import { Slots } from '../slots/slots.js';
import { EngineBinaries } from '../terraform/engine-installer.js';
import { TaskFailure } from '../terraform/task-failure.js';
import { UnsavedStates } from '../unsaved-states.js';
import { applyInSlot } from './apply-run.js';
import { LogWriter } from './log-writer.js';
import { PhaseLog } from './phase-log.js';
import { planInSlot } from './plan-run.js';
import type { RunContext } from './run-context.js';
import { TaskRun } from './task-run.js';

/** Runs accepted tasks in their slots and reports how each ended; a run never ends without a report. */
@Injectable()
export class RunExecutor {
  private readonly inHand = new Set<Promise<void>>();
  private readonly runs: Gauge<'phase'>;
  private readonly seconds: Histogram<'phase'>;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(EngineBinaries) private readonly engines: EngineBinaries,
    @Inject(UnsavedStates) private readonly unsavedStates: UnsavedStates,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.runs = metrics.gauge('berth_agent_runs', 'Runs in this agent’s slots now', ['phase']);
    this.seconds = metrics.histogram('berth_agent_run_seconds', 'From accept to result', ['phase']);
  }

  /** Begins at once and goes on in the background. */
  begin(assignment: TaskAssignment, slotId: number): void {
    const run = new TaskRun(assignment, slotId);
    this.slots.begin(run);
    const work = this.execute(run).catch((error: unknown) => {
      this.logger.error(
        { taskId: run.taskId, err: error },
        `the run could not be reported: ${String(error)}`,
      );
    });
    this.inHand.add(work);
    void work.finally(() => this.inHand.delete(work));
  }

  /** Waits until every run has reported, at most `ms` milliseconds. False where some did not. */
  async settled(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => {
        resolve(false);
      }, ms);
    });
    const done = Promise.allSettled([...this.inHand]).then(() => true);
    const answer = await Promise.race([done, late]);
    clearTimeout(timer);
    return answer;
  }

  private async execute(run: TaskRun): Promise<void> {
    const { phase, taskId, attempt, slotId } = run;
    this.logger.info({ taskId, attempt, phase, slotId }, `${phase} begins`);
    this.runs.inc({ phase });
    const timed = this.seconds.startTimer({ phase });
    const text = new LogWriter(this.api, { taskId, attempt, phase }, this.logger, {
      stop: (wish) => {
        run.wish(wish);
      },
      stale: () => {
        run.stop('stale');
      },
    });
    const log = new PhaseLog(run, this.identity, this.publisher, text);
    let holds = false;
    try {
      holds = await this.work(this.contextOf(run, log), log);
    } catch (error) {
      await this.reportFailure(run, log, error);
    } finally {
      timed();
      this.runs.dec({ phase });
      if (!holds) {
        await this.slots.slot(slotId).remove();
      }
      this.slots.end(run, holds);
      this.logger.info({ taskId, attempt, phase, slotId, holds }, `${phase} ended`);
    }
  }

  /** True where the slot keeps the plan. The log is complete before the result is told. */
  private async work(context: RunContext, log: PhaseLog): Promise<boolean> {
    const { run } = context;
    if (run.phase === 'plan') {
      const result = await planInSlot(context);
      await log.close();
      await this.outbox.put('task.plan_finished', {
        ...this.owned(run),
        slotId: run.slotId,
        ...result,
        record: log.finished(),
      });
      return result.hasChanges && run.assignment.operation !== 'plan';
    }
    const result = await applyInSlot(context);
    await log.close();
    await this.outbox.put('task.finished', {
      ...this.owned(run),
      phase: run.phase,
      ...result,
      record: log.finished(),
    });
    return false;
  }

  private async reportFailure(run: TaskRun, log: PhaseLog, error: unknown): Promise<void> {
    const failure = failureOf(error);
    const why = run.stoppedBecause;
    log.text.line(
      why === null ? `\nFailed: ${failure.message}` : `\nStopped: ${stopText(why)} ${told(error)}`,
    );
    await log.close();
    if (why === 'stale' || (error instanceof ApiError && error.isStale)) {
      this.logger.warn(
        { taskId: run.taskId, attempt: run.attempt },
        'the attempt is over: the run was dropped',
      );
      return;
    }
    const record: PhaseRecord = log.finished();
    await this.outbox.put('task.failed', {
      ...this.owned(run),
      phase: run.phase,
      failure: { ...failure, message: failure.message.slice(0, 8_000) },
      interrupted: why === 'agent_stop',
      stopped: why === 'person',
      stateInDoubt: error instanceof TaskFailure && error.stateInDoubt,
      record,
    });
  }

  private owned(run: TaskRun) {
    const { agentId, podName } = this.identity;
    return { taskId: run.taskId, attempt: run.attempt, agentId, podName };
  }

  private contextOf(run: TaskRun, log: PhaseLog): RunContext {
    const { env, identity, api, engines, unsavedStates } = this;
    const slot = this.slots.slot(run.slotId);
    return {
      run,
      slot,
      env,
      identity,
      api,
      engines,
      unsavedStates,
      log,
      manifest: (state, holds) => ({
        version: 1,
        taskId: run.taskId,
        attempt: run.attempt,
        workspaceId: run.assignment.workspace.id,
        state,
        agentId: identity.agentId,
        podName: identity.podName,
        slotId: run.slotId,
        planHash: holds?.planHash ?? null,
        treeDigest: holds?.treeDigest ?? null,
        engine: holds === undefined ? null : { path: holds.engine.path, version: holds.engine.version },
      }),
    };
  }
}

function stopText(reason: NonNullable<TaskRun['stoppedBecause']>): string {
  switch (reason) {
    case 'person':
      return 'as somebody asked.';
    case 'agent_stop':
      return 'the agent is stopping; the task is queued again where that is safe.';
    case 'stale':
      return 'another attempt has taken over.';
  }
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
