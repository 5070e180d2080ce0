import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Mask } from '@berth/masking';
import { Publisher } from '@berth/messaging';
import { failPresentSpan, inSpanBelow, LOGGER, withLogFields, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from '../api/api-client.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { IDENTITY, type Identity } from '../identity.js';
import { endLeftBehind, endOrphans, findOrphans, type Orphan } from '../processes/orphans.js';
import { keptIdentity } from '../processes/process-identity.js';
import { LogWriter } from '../runs/reporting/log-writer.js';
import { PhaseLog } from '../runs/reporting/phase-log.js';
import { RunReports } from '../runs/reporting/run-reports.js';
import { RunExecutor } from '../runs/run-executor.js';
import { ownValues } from '../runs/values-to-mask.js';
import { UnsavedStates } from '../runs/terraform/unsaved-states.js';
import { keptValues } from '../slots/kept-values.js';
import { readManifest, type Manifest } from '../slots/manifest.js';
import { SlotRun } from '../slots/slot-run.js';
import { Voice } from '../session/voice.js';
import { Slots } from '../slots/slots.js';
import { AbandonedApply } from './abandoned-apply.js';

interface Found {
  readonly manifest: Manifest;
  /** Null where terraform has ended meanwhile. */
  readonly orphan: Orphan | null;
  /** To be masked in what it says; null where that cannot be told any more. */
  readonly secrets: readonly string[] | null;
}

/**
 * Applies that an earlier process of this agent has begun: terraform outlives it, and what it says is in files. They are
 * waited for and reported like any other. Everything else that was left running is ended.
 */
@Injectable()
export class AdoptedApplies {
  private found: Found[] = [];

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(Voice) private readonly voice: Voice,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(RunExecutor) private readonly executor: RunExecutor,
    @Inject(RunReports) private readonly reports: RunReports,
    @Inject(UnsavedStates) private readonly unsavedStates: UnsavedStates,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the slots are looked through. Gives those in which an apply was begun. */
  async find(): Promise<ReadonlySet<number>> {
    const orphans = await findOrphans(this.identity.home);
    const goesOn = new Set<number>();
    const names = await readdir(join(this.identity.home, 'slots')).catch(() => []);
    for (const slotId of names.map(Number)) {
      const manifest = await this.begunApplyIn(slotId);
      if (manifest !== null) {
        const orphan = await this.terraformIn(slotId, orphans);
        const { directory } = this.slots.slot(slotId);
        const secrets = await keptValues(directory, this.env.BERTH_AGENT_TOKEN);
        this.found.push({ manifest, orphan, secrets });
        if (orphan !== null) {
          goesOn.add(slotId);
        }
      }
    }
    // Beside a terraform that goes on, whatever a provisioner has started may be a part of the apply.
    await this.end(orphans.filter((one) => !goesOn.has(one.slotId)));
    return new Set(this.found.map(({ manifest }) => manifest.slotId));
  }

  /** Only terraform itself: what a provisioner has made independent has the same HOME and may lead a group as well. */
  private async terraformIn(slotId: number, orphans: readonly Orphan[]): Promise<Orphan | null> {
    const kept = await keptIdentity(this.slots.slot(slotId).outputs);
    const isIt = (one: Orphan): boolean =>
      kept === null ? one.group === one.pid : one.pid === kept.pid && one.startTime === kept.startTime;
    return orphans.find((one) => one.slotId === slotId && isIt(one)) ?? null;
  }

  private async end(orphans: readonly Orphan[]): Promise<void> {
    for (const { pid, slotId } of orphans) {
      this.logger.warn({ pid, slotId }, 'an earlier process of this agent has left this running: ending it');
    }
    for (const { pid, slotId } of await endOrphans(orphans)) {
      this.logger.error({ pid, slotId }, 'it is there still, after SIGKILL');
    }
  }

  /** Once api and broker can be spoken to, and before the registration, which names what is at work here. */
  begin(): void {
    for (const { manifest, orphan, secrets } of this.found) {
      const { taskId, attempt, slotId } = manifest;
      const mask = Mask.of([...(secrets ?? []), ...ownValues(this.env, this.api, this.voice, process.env)]);
      const run = new SlotRun({ taskId, attempt, phase: 'apply' }, slotId, mask);
      run.setProcess(orphan?.pid ?? null);
      this.slots.begin(run);
      const attributes = { 'berth.task.id': taskId, 'berth.task.attempt': attempt, 'berth.slot.id': slotId };
      withLogFields({ taskId, attempt }, () => {
        this.logger.warn(
          { slotId, pid: orphan?.pid ?? null },
          'an earlier process of this agent has begun this apply: going on with it',
        );
        if (secrets === null) {
          this.logger.warn({ slotId }, 'what is secret of it is not known here: only the api masks its log');
        }
        const work = inSpanBelow(manifest.traceparent, 'apply goes on', { attributes }, async () =>
          this.see(run, orphan),
        ).catch((error: unknown) => {
          this.logger.error({ err: error }, `the apply could not be reported: ${String(error)}`);
        });
        this.executor.hold(work);
      });
    }
    this.found = [];
  }

  private async see(run: SlotRun, orphan: Orphan | null): Promise<void> {
    const { taskId, attempt, phase, mask } = run;
    const slot = this.slots.slot(run.slotId);
    const text = await LogWriter.resume(this.api, { taskId, attempt, phase, mask }, this.logger, {
      stop: (wish) => {
        run.wish(wish);
      },
      stale: () => {
        run.stop('stale');
      },
    });
    const log = new PhaseLog(run, this.identity, this.publisher, text);
    const endLeft = async (): Promise<number> => endLeftBehind(this.identity.home, run.slotId);
    const apply = new AbandonedApply(
      { run, slot, log, unsavedStates: this.unsavedStates, endLeftBehind: endLeft },
      {
        graceMs: this.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000,
        timeoutSeconds: this.env.BERTH_APPLY_TIMEOUT_SECONDS,
      },
    );
    try {
      await this.reports.finished(run, log, await apply.outcome(orphan));
    } catch (error) {
      failPresentSpan(error);
      await this.reports.failed(run, log, error);
    } finally {
      // What a provisioner has made independent ends with the apply, as it does with one that was not abandoned.
      await endLeft().catch((error: unknown) => {
        this.logger.error({ taskId, slotId: run.slotId }, `something of the apply is left: ${String(error)}`);
      });
      await this.slots.vacate(run);
    }
  }

  private async begunApplyIn(slotId: number): Promise<Manifest | null> {
    const slot = this.slots.slot(slotId);
    const manifest = await readManifest(slot.directory);
    const { agentId, podName } = this.identity;
    const ours = manifest?.agentId === agentId && manifest.podName === podName && manifest.slotId === slotId;
    if (!ours || manifest.state !== 'working' || process.platform !== 'linux') {
      return null;
    }
    const begun = await access(join(slot.outputs, 'stdout')).then(
      () => true,
      () => false,
    );
    return begun ? manifest : null;
  }
}
