import type { PhaseRecord, RunStep } from '@berth/contracts';
import type { Publisher } from '@berth/messaging';
import { inSpan, isTraced } from '@berth/observability';
import { diskFailure } from '../../failures/disk-failure.js';
import type { Identity } from '../../identity.js';
import type { SlotRun } from '../../slots/slot-run.js';
import type { TerraformEvent } from '../../terraform/terraform-events.js';
import type { LogWriter } from './log-writer.js';
import { RunObserver } from './run-observer.js';

/** A result may wait for its log so long; an agent that stops has seconds, and a result is worth more than a log. */
const LOG_PATIENCE_MS = 600_000;
const STOPPING_PATIENCE_MS = 2_000;
/** Longer ones would make a message that nobody reads; the log has them whole. */
const MAX_STAGE = 50;
const MAX_MESSAGE = 2_000;

/** What a phase did and how long it took, in the task's log, its timeline and its record. */
export class PhaseLog {
  private readonly record: PhaseRecord = { startedAt: new Date().toISOString(), steps: [] };
  private readonly observer: RunObserver;

  constructor(
    private readonly run: SlotRun,
    private readonly identity: Identity,
    private readonly publisher: Publisher,
    readonly text: LogWriter,
  ) {
    this.observer = new RunObserver(run, identity, publisher);
  }

  /** Terraform said this of a resource, or of what is wrong. */
  see(event: TerraformEvent): void {
    this.observer.see(event);
  }

  /** The same of what an earlier process of the agent has told already. */
  recall(event: TerraformEvent): void {
    this.observer.recall(event);
  }

  /**
   * Log and timeline are complete, as far as api and broker take them. An api that is away is waited for: behind the
   * result it would take no log any more. What is lost all the same is told in the timeline.
   */
  async close(): Promise<void> {
    await this.observer.close();
    const lost = await this.text.close(() =>
      this.run.stoppedBecause === 'agent_stop' ? STOPPING_PATIENCE_MS : LOG_PATIENCE_MS,
    );
    if (lost > 0) {
      this.announce(
        'log',
        `the last ${lost} bytes of the log are lost: the api took none of them for too long`,
      );
    }
  }

  /**
   * A named step: beginning and end in the log and in the record, its beginning in the timeline as well. A stop is
   * honoured before it.
   * @throws what the work throws; an error of the disk as a TaskFailure that names the step
   */
  async step<T>(name: string, title: string, work: () => Promise<T>): Promise<T> {
    return this.quietStep(name, title, async () => {
      this.announce(name, title);
      return work();
    });
  }

  /** The same, of which the timeline hears when the work announces it. */
  async quietStep<T>(name: string, title: string, work: () => Promise<T>): Promise<T> {
    this.run.signal.throwIfAborted();
    const step: RunStep = { name, startedAt: new Date().toISOString(), seconds: null };
    this.record.steps?.push(step);
    this.text.line(`\n==> ${title}`);
    const began = performance.now();
    const end = (): string => {
      step.seconds = Math.round(performance.now() - began) / 1000;
      return `after ${step.seconds} s`;
    };
    try {
      const result = await (isTraced() ? inSpan(`step ${name.slice(0, MAX_STAGE)}`, {}, work) : work());
      this.text.line(`<== ${name}: done ${end()}`);
      return result;
    } catch (error) {
      step.failed = true;
      this.text.line(`<== ${name}: not done ${end()}`);
      throw diskFailure(error, `step ${name}`);
    }
  }

  note(change: Partial<PhaseRecord>): void {
    Object.assign(this.record, change);
  }

  /** Of all steps of this name. */
  secondsOf(name: string): number {
    const steps = this.record.steps?.filter((step) => step.name === name) ?? [];
    return steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  }

  /** The record as it stands, with the present time as its end. */
  finished(): PhaseRecord {
    const { resources } = this.observer;
    return { ...this.recordToTell(), resources, finishedAt: new Date().toISOString() };
  }

  /** In the timeline. It may miss a line when the broker is away; nothing waits for it. */
  announce(stage: string, message: string): void {
    const { taskId, attempt, phase, mask } = this.run;
    const { agentId, podName } = this.identity;
    void this.publisher.publish('task.progressed', {
      taskId,
      attempt,
      agentId,
      podName,
      phase,
      at: new Date().toISOString(),
      stage: mask.text(stage).slice(0, MAX_STAGE),
      message: mask.text(message).slice(0, MAX_MESSAGE),
      record: structuredClone(this.recordToTell()),
    });
  }

  /** The steps of a build have names of its own. */
  private recordToTell(): PhaseRecord {
    const { mask } = this.run;
    const steps = this.record.steps?.map((step) => ({ ...step, name: mask.text(step.name) })) ?? [];
    return { ...this.record, steps };
  }
}
