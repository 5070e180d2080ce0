import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Buckets from a millisecond to ten minutes: dispatches are fast, plans are not. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

/** The metrics of one service. Names are `berth_…`, in the words of the design. */
export class Metrics {
  readonly registry = new Registry();
  readonly loopRuns: Counter<'loop' | 'outcome'>;
  readonly loopSeconds: Histogram<'loop'>;

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.loopRuns = this.counter('berth_loop_runs_total', 'Runs of background loops', ['loop', 'outcome']);
    this.loopSeconds = this.histogram('berth_loop_seconds', 'Seconds that a run of a loop took', ['loop']);
  }

  counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    collect?: () => void,
  ): Gauge<T> {
    return new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect === undefined ? {} : { collect }),
    });
  }

  histogram<T extends string>(name: string, help: string, labelNames: readonly T[]): Histogram<T> {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}
