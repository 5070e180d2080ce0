import { METRICS, type MetricDefinition } from '@berth/observability';

const DEFINITIONS: Readonly<Record<string, MetricDefinition>> = METRICS;

/** The names of our metrics in a query, rule or text. */
export function metricNamesIn(query: string): string[] {
  return [...new Set(query.match(/\bberth_\w+/g) ?? [])];
}

/** Whether a series of this name exists: a metric's own, or one of those that a histogram has. */
export function isSeriesName(name: string): boolean {
  const base = /^(.+_seconds)_(?:bucket|sum|count)$/.exec(name)?.[1];
  const { type } = DEFINITIONS[base ?? name] ?? {};
  return base === undefined ? type === 'counter' || type === 'gauge' : type === 'histogram';
}
