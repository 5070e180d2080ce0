import { AGENT_METRICS } from './agent-metrics.js';
import type { MetricDefinition } from './metric-definition.js';
import { PROCESS_METRICS } from './process-metrics.js';
import { SYSTEM_METRICS } from './system-metrics.js';
import { TASK_METRICS } from './task-metrics.js';

export type { MetricDefinition, MetricService } from './metric-definition.js';

/** Every metric of Berth. One that is not in here cannot be made; docs/metrics.md is made from it. */
export const METRICS = {
  ...SYSTEM_METRICS,
  ...TASK_METRICS,
  ...AGENT_METRICS,
  ...PROCESS_METRICS,
} as const;

type Metrics = typeof METRICS;
export type MetricName = keyof Metrics;
/** The names of a type's metrics. */
export type MetricNameOf<T extends MetricDefinition['type']> = {
  [N in MetricName]: Metrics[N]['type'] extends T ? N : never;
}[MetricName];
/** The names of a metric's labels. */
export type LabelOf<N extends MetricName> = Metrics[N]['labels'][number];
