import type { MessageOf, PhaseRecord } from '@berth/contracts';
import type { Failure, TaskPhase } from '@berth/domain';
import { failureCodes, Metrics, type Counter, type Histogram } from '@berth/observability';
import type { TaskRow } from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** Counts what agents said of their work, and what the database made of it. */
@Injectable()
export class ResultCounts {
  private readonly stale: Counter<'type'>;
  private readonly finished: Counter<'status'>;
  private readonly results: Counter<'phase' | 'outcome' | 'code'>;
  private readonly refusals: Counter<'class' | 'code'>;
  private readonly retries: Counter<'phase' | 'code'>;
  private readonly confirmed: Histogram<'path'>;
  private readonly codes = failureCodes();

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.stale = metrics.counter('berth_stale_messages_total');
    this.finished = metrics.counter('berth_tasks_finished_total');
    this.results = metrics.counter('berth_task_results_total');
    this.refusals = metrics.counter('berth_refusals_total');
    this.retries = metrics.counter('berth_task_retries_total');
    this.confirmed = metrics.histogram('berth_confirm_to_process_seconds');
  }

  wasStale(type: string): void {
    this.stale.inc({ type });
  }

  planned(task: TaskRow): void {
    const outcome = task.status === 'cancelled' || task.status === 'discarded' ? 'cancelled' : 'planned';
    this.results.inc({ phase: 'plan', outcome, code: 'none' });
    this.ended(task);
  }

  done(task: TaskRow, { phase, record }: MessageOf<'task.finished'>): void {
    this.results.inc({ phase, outcome: 'succeeded', code: 'none' });
    this.began(task, phase, record);
    this.ended(task);
  }

  failed(task: TaskRow, { phase, failure, record }: MessageOf<'task.failed'>): void {
    this.results.inc({ phase, outcome: outcomeOf(task, phase), code: this.codes.of(failure.code) });
    this.began(task, phase, record);
    this.sentBack(task, phase, failure);
    this.ended(task);
  }

  refused(task: TaskRow, { phase, failure }: MessageOf<'task.refused'>): void {
    this.refusals.inc({ class: failure.class, code: this.codes.of(failure.code) });
    this.sentBack(task, phase, failure);
    this.ended(task);
  }

  private sentBack(task: TaskRow, phase: TaskPhase, failure: Failure): void {
    if (task.status === 'pending' || task.status === 'apply_queued') {
      this.retries.inc({ phase, code: this.codes.of(failure.code) });
    }
  }

  private ended(task: TaskRow): void {
    if (task.finishedAt !== null) {
      this.finished.inc({ status: task.status });
    }
  }

  /** Two clocks: where the agent's is behind, an apply that began at once would have begun before its confirmation. */
  private began(task: TaskRow, phase: TaskPhase, record: PhaseRecord): void {
    const { processStartedAt, init, planRestore } = record;
    if (phase !== 'apply' || task.confirmedAt === null || typeof processStartedAt !== 'string') {
      return;
    }
    const seconds = (Date.parse(processStartedAt) - task.confirmedAt.getTime()) / 1_000;
    const path = init?.skipped === true && planRestore?.skipped === true ? 'warm' : 'cold';
    this.confirmed.observe({ path }, Math.max(0, seconds));
  }
}

function outcomeOf(task: TaskRow, phase: TaskPhase): string {
  switch (task.status) {
    case 'pending':
      return phase === 'apply' ? 'replanned' : 'retried';
    case 'apply_queued':
      return 'retried';
    case 'cancelled':
    case 'discarded':
      return 'cancelled';
    case 'failed':
    case 'assigned':
    case 'planning':
    case 'apply_pending':
    case 'applying':
    case 'running':
    case 'succeeded':
      return 'failed';
  }
}
