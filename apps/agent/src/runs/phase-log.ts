import type { PhaseRecord } from '@berth/contracts';
import type { Publisher } from '@berth/messaging';
import type { Identity } from '../identity.js';
import type { LogWriter } from './log-writer.js';
import type { TaskRun } from './task-run.js';

/** What a phase did and how long it took, in the task's log, its timeline and its record. */
export class PhaseLog {
  private readonly record: PhaseRecord = { startedAt: new Date().toISOString(), steps: [] };

  constructor(
    private readonly run: TaskRun,
    private readonly identity: Identity,
    private readonly publisher: Publisher,
    readonly text: LogWriter,
  ) {}

  /** A named step: its beginning in log and timeline, its seconds in the record; a stop is honoured before it. */
  async step<T>(name: string, title: string, work: () => Promise<T>): Promise<T> {
    this.run.signal.throwIfAborted();
    this.begin(name, title);
    const began = performance.now();
    try {
      return await work();
    } finally {
      const seconds = Math.round(performance.now() - began) / 1000;
      this.record.steps?.push({ name, seconds });
    }
  }

  /** A step that ends by itself later, or is none in itself. */
  begin(name: string, title: string): void {
    this.text.line(`\n==> ${title}`);
    this.progress(name, title);
  }

  note(change: Partial<PhaseRecord>): void {
    Object.assign(this.record, change);
  }

  secondsOf(name: string): number {
    return this.record.steps?.find((step) => step.name === name)?.seconds ?? 0;
  }

  /** The record as it stands, with the present time as its end. */
  finished(): PhaseRecord {
    return { ...this.record, finishedAt: new Date().toISOString() };
  }

  /** The timeline may miss a line when the broker is away; nothing waits for it. */
  private progress(stage: string, message: string): void {
    const { taskId, attempt, phase } = this.run;
    const { agentId, podName } = this.identity;
    void this.publisher.publish('task.progressed', {
      taskId,
      attempt,
      agentId,
      podName,
      phase,
      at: new Date().toISOString(),
      stage,
      message,
      record: { ...this.record },
    });
  }
}
