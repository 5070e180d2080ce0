import type { AcceptedTask } from '@berth/contracts';
import { Publisher } from '@berth/messaging';
import {
  failPresentSpan,
  inSpan,
  isTraced,
  LOGGER,
  traceparentNow,
  withLogFields,
  type Logger,
} from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { AllowedAddresses } from '../addresses/allowed-addresses.js';
import { ApiClient } from '../api/api-client.js';
import { EngineBinaries } from '../engines/engine-installer.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { IDENTITY, type Identity } from '../identity.js';
import { ISOLATION, type Isolation, type RunLimits } from '../processes/isolation/isolation.js';
import { endLeftBehind } from '../processes/orphans.js';
import { AcceptedApplies } from '../slots/accepted-applies.js';
import type { SlotRun } from '../slots/slot-run.js';
import { Voice } from '../session/voice.js';
import { StateDoor } from '../terraform/state-door/state-door.js';
import { Slots } from '../slots/slots.js';
import { EarlyLook, readWarmFacts } from '../slots/warm-facts.js';
import { BuildRun } from './builds/build-context.js';
import { buildInSlot } from './builds/build-run.js';
import { LogWriter } from './reporting/log-writer.js';
import { PhaseLog } from './reporting/phase-log.js';
import { RunMetrics } from './reporting/run-metrics.js';
import { RunReports } from './reporting/run-reports.js';
import { applyInSlot } from './terraform/apply-run.js';
import { basisOf } from './terraform/plan-inputs.js';
import { planInSlot } from './terraform/plan-run.js';
import { TaskRun, type RunContext } from './terraform/run-context.js';
import { UnsavedStates } from './terraform/unsaved-states.js';
import { WorkloadIdentity } from './terraform/workload-identity.js';
import { ownValues, valuesOfBuild, valuesOfTask } from './values-to-mask.js';

/** Runs accepted tasks in their slots and reports how each ended; a run never ends without a report. */
@Injectable()
export class RunExecutor {
  private readonly inHand = new Set<Promise<void>>();
  private readonly allowed: AllowedAddresses;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ISOLATION) private readonly isolation: Isolation,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(StateDoor) private readonly door: StateDoor,
    @Inject(Voice) private readonly voice: Voice,
    @Inject(EngineBinaries) private readonly engines: EngineBinaries,
    @Inject(UnsavedStates) private readonly unsavedStates: UnsavedStates,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(AcceptedApplies) private readonly accepted: AcceptedApplies,
    @Inject(RunReports) private readonly reports: RunReports,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(RunMetrics) private readonly metrics: RunMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.allowed = new AllowedAddresses(env.BERTH_ALLOWED_ADDRESSES);
  }

  /** Begins at once and goes on in the background; with a look into the slot that was begun before. */
  begin(assignment: AcceptedTask, slotId: number, look: EarlyLook | null = null): void {
    const own = ownValues(this.env, this.api, this.voice, process.env);
    const run =
      assignment.kind === 'build'
        ? new BuildRun(assignment, slotId, [...valuesOfBuild(assignment), ...own])
        : new TaskRun(assignment, slotId, [...valuesOfTask(assignment), ...own]);
    this.slots.begin(run);
    const work = this.traced(run, async () => this.execute(run, look)).catch((error: unknown) => {
      this.logger.error(
        { taskId: run.taskId, err: error },
        `the run could not be reported: ${String(error)}`,
      );
    });
    this.hold(work);
  }

  /** A stop of the agent waits for this work as well. It must not reject. */
  hold(work: Promise<void>): void {
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

  /** In the trace of the message that assigned it. */
  private async traced(run: SlotRun, work: () => Promise<void>): Promise<void> {
    const { taskId, attempt, phase, slotId } = run;
    const { agentId, podName } = this.identity;
    const attributes = {
      'berth.task.id': taskId,
      'berth.task.attempt': attempt,
      'berth.agent.id': agentId,
      'berth.pod.name': podName,
      'berth.slot.id': slotId,
    };
    await withLogFields({ taskId, attempt }, async () =>
      isTraced() ? inSpan(phase, { attributes }, work) : work(),
    );
  }

  private async execute(run: TaskRun | BuildRun, look: EarlyLook | null): Promise<void> {
    const { phase, taskId, attempt, slotId, mask } = run;
    this.logger.info({ taskId, attempt, phase, slotId }, `${phase} begins`);
    const end = this.metrics.begin(phase);
    const text = new LogWriter(this.api, { taskId, attempt, phase, mask }, this.logger, {
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
      holds =
        run instanceof BuildRun
          ? await this.build(run, log)
          : await this.terraform(this.contextOf(run, log, look), log);
    } catch (error) {
      failPresentSpan(error);
      await this.endLeftBehind(run, log);
      await this.reports.failed(run, log, error);
      await this.forgetAccepted(run);
    } finally {
      end(log.finished().steps ?? []);
      if (holds) {
        this.slots.hold(run);
      } else {
        await this.slots.vacate(run);
      }
      this.logger.info({ taskId, attempt, phase, slotId, holds }, `${phase} ended`);
    }
  }

  /** How it ended is reported, so nobody has to be told any more that it was not begun. */
  private async forgetAccepted(run: SlotRun): Promise<void> {
    const { phase, taskId, slotId } = run;
    if (phase === 'apply') {
      await this.accepted.forget(run).catch((error: unknown) => {
        this.logger.warn({ taskId, slotId }, `the note of the accepted apply stays: ${String(error)}`);
      });
    }
  }

  /** Nothing of a build stays in its slot. */
  private async build(run: BuildRun, log: PhaseLog): Promise<false> {
    const { env, identity, isolation, limits, api } = this;
    const slot = this.slots.slot(run.slotId);
    await buildInSlot({ run, slot, env, identity, isolation, limits, api, log });
    await this.endLeftBehind(run, log);
    await this.reports.finished(run, log, { changes: null });
    return false;
  }

  /** True where the slot keeps the plan. From its end on nobody gets at its state. */
  private async terraform(context: RunContext, log: PhaseLog): Promise<boolean> {
    try {
      return await this.work(context, log);
    } finally {
      context.state.close();
    }
  }

  /** The log is complete before the result is told. */
  private async work(context: RunContext, log: PhaseLog): Promise<boolean> {
    const { run, workload } = context;
    if (run.phase === 'plan') {
      const result = await workload.during(async () => planInSlot(context));
      await this.endLeftBehind(run, log);
      await this.reports.planned(run, log, result);
      return result.hasChanges && run.assignment.operation !== 'plan';
    }
    const result = await workload.during(async () => applyInSlot(context));
    await this.endLeftBehind(run, log);
    await this.reports.finished(run, log, result);
    return false;
  }

  /** The slot's next task, or nobody, is not to live beside it. */
  private async endLeftBehind(run: SlotRun, log: PhaseLog): Promise<void> {
    try {
      const ended = await endLeftBehind(this.identity.home, run.slotId);
      if (ended > 0) {
        log.text.line(`\nended ${ended} process${ended === 1 ? '' : 'es'} that the run had left behind`);
      }
    } catch (error) {
      const { taskId, slotId } = run;
      this.logger.error({ taskId, slotId }, `what the run left behind could not be ended: ${String(error)}`);
    }
  }

  private get limits(): RunLimits {
    return { memoryMb: this.env.BERTH_RUN_MEMORY_MB, processes: this.env.BERTH_RUN_PROCESSES };
  }

  private contextOf(run: TaskRun, log: PhaseLog, look: EarlyLook | null): RunContext {
    const { env, identity, isolation, limits, api, engines, unsavedStates, metrics } = this;
    const slot = this.slots.slot(run.slotId);
    return {
      run,
      slot,
      env,
      identity,
      isolation,
      limits,
      api,
      allowed: this.allowed,
      workload: new WorkloadIdentity(run, slot, log, this.allowed),
      state: this.door.admit({
        address: api.stateAddress(run.assignment.workspace.id),
        token: run.assignment.stateToken,
        refused: () => {
          log.text.line(
            'refused: a process that is not terraform itself asked for the state of this workspace',
          );
        },
      }),
      engines,
      unsavedStates,
      log,
      metrics,
      begins: async () => this.accepted.forget(run),
      warmFacts: async () => look?.result() ?? readWarmFacts(slot),
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
        basis: holds === undefined ? null : basisOf(run.assignment, holds.engine.version),
        engine: holds === undefined ? null : { path: holds.engine.path, version: holds.engine.version },
        seal: null,
        traceparent: traceparentNow(),
      }),
    };
  }
}
