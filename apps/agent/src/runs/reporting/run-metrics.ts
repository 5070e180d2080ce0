import type { RunStep } from '@berth/contracts';
import type { ColdReason, TaskPhase, WarmReason } from '@berth/domain';
import { Metrics, type Counter, type Gauge, type Histogram } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';

/** Why an init was done as it was: those of a cold apply are the apply's. */
export type InitReason = ColdReason | 'FIRST_INIT' | 'REUSE_NOT_ENOUGH';

/** Steps of Berth's own making; a build names its others as it likes, and so without end. */
const STEPS = [
  'prepare',
  'engine',
  'configuration',
  'init',
  'plan',
  'show',
  'store_plan',
  'restore_plan',
  'apply',
  'source',
  'artifacts',
];

/** Counts and times what runs in this agent's slots. */
@Injectable()
export class RunMetrics {
  private readonly runs: Gauge<'phase'>;
  private readonly seconds: Histogram<'phase'>;
  private readonly steps: Histogram<'phase' | 'step'>;
  private readonly applies: Counter<'path' | 'reason'>;
  private readonly inits: Counter<'how' | 'reason'>;

  constructor(@Inject(Metrics) metrics: Metrics) {
    this.runs = metrics.gauge('berth_agent_runs');
    this.seconds = metrics.histogram('berth_agent_run_seconds');
    this.steps = metrics.histogram('berth_agent_step_seconds');
    this.applies = metrics.counter('berth_agent_applies_total');
    this.inits = metrics.counter('berth_agent_inits_total');
  }

  /** Gives what ends it. */
  begin(phase: TaskPhase): (steps: readonly RunStep[]) => void {
    this.runs.inc({ phase });
    const timed = this.seconds.startTimer({ phase });
    return (steps) => {
      timed();
      this.runs.dec({ phase });
      for (const { name, seconds } of steps) {
        this.steps.observe({ phase, step: STEPS.includes(name) ? name : 'build_step' }, seconds ?? 0);
      }
    };
  }

  warmApply(reason: WarmReason): void {
    this.applies.inc({ path: 'warm', reason });
    this.inits.inc({ how: 'skipped', reason });
  }

  coldApply(reason: ColdReason): void {
    this.applies.inc({ path: 'cold', reason });
  }

  reusedInit(): void {
    this.inits.inc({ how: 'reused', reason: 'EQUAL_INIT' });
  }

  init(reason: InitReason): void {
    this.inits.inc({ how: 'run', reason });
  }
}
