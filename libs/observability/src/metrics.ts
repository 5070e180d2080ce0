import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics, type Metric } from 'prom-client';
import { METRICS, type LabelOf, type MetricDefinition, type MetricNameOf } from './catalogue/index.js';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The process's connections to its database. */
export interface ConnectionCounts {
  readonly total: number;
  readonly idle: number;
  /** Who asks for one and has none yet. */
  readonly waiting: number;
}

/** A connection to the broker. */
export interface BrokerState {
  readonly isOpen: boolean;
  /** Why it takes nothing. */
  readonly blocked: string | undefined;
}

/** What the process has connections to the broker for. */
export type BrokerUse = 'publisher' | 'consumer' | 'dead_letters' | 'heartbeats' | 'changes';

/** The metrics of one service, each made when it is first asked for, as the catalogue has it. */
export class Metrics {
  readonly registry = new Registry();
  private readonly brokers = new Map<BrokerUse, BrokerState>();

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<N extends MetricNameOf<'counter'>>(name: N): Counter<LabelOf<N>> {
    return this.present<Counter<LabelOf<N>>>(name) ?? new Counter(this.settingsOf(name));
  }

  /** `collect` sets it whenever somebody reads it. */
  gauge<N extends MetricNameOf<'gauge'>>(
    name: N,
    collect?: (gauge: Gauge<LabelOf<N>>) => void,
  ): Gauge<LabelOf<N>> {
    const present = this.present<Gauge<LabelOf<N>>>(name);
    if (present !== undefined) {
      return present;
    }
    const gauge: Gauge<LabelOf<N>> = new Gauge({
      ...this.settingsOf(name),
      ...(collect === undefined
        ? {}
        : {
            collect: () => {
              collect(gauge);
            },
          }),
    });
    return gauge;
  }

  histogram<N extends MetricNameOf<'histogram'>>(name: N): Histogram<LabelOf<N>> {
    const { buckets } = METRICS[name];
    return (
      this.present<Histogram<LabelOf<N>>>(name) ??
      new Histogram({ ...this.settingsOf(name), buckets: [...buckets] })
    );
  }

  /** Tells of the connections to the database, as they are when somebody reads the metrics. */
  watchDatabase(read: () => ConnectionCounts): void {
    this.gauge('berth_database_connections', (gauge) => {
      const { total, idle, waiting } = read();
      gauge.set({ state: 'total' }, total);
      gauge.set({ state: 'idle' }, idle);
      gauge.set({ state: 'waiting' }, waiting);
    });
  }

  /** The same of a connection to the broker. */
  watchBroker(connection: BrokerUse, state: BrokerState): void {
    this.brokers.set(connection, state);
    this.gauge('berth_broker_connected', (gauge) => {
      for (const [use, { isOpen }] of this.brokers) {
        gauge.set({ connection: use }, isOpen ? 1 : 0);
      }
    });
    this.gauge('berth_broker_blocked', (gauge) => {
      for (const [use, { blocked }] of this.brokers) {
        gauge.set({ connection: use }, blocked === undefined ? 0 : 1);
      }
    });
  }

  private present<M extends Metric>(name: string): M | undefined {
    return this.registry.getSingleMetric(name) as M | undefined;
  }

  private settingsOf<N extends keyof typeof METRICS>(name: N) {
    const { help, labels }: MetricDefinition = METRICS[name];
    return { name, help, labelNames: labels as readonly LabelOf<N>[], registers: [this.registry] };
  }
}
