/** The services that have metrics. */
export type MetricService = 'api' | 'scheduler' | 'registry' | 'agent';

/** What a metric is called with, what it says, and who says it. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** Each with a bounded number of values: never a workspace, a task or an agent. */
  readonly labels: readonly string[];
  readonly help: string;
  readonly services: readonly MetricService[];
  /** Of a histogram, in seconds. */
  readonly buckets?: readonly number[];
}

export type MetricDefinitions = Readonly<Record<`berth_${string}`, MetricDefinition>>;

export const EVERY_SERVICE = ['api', 'scheduler', 'registry', 'agent'] as const;
export const WITH_DATABASE = ['api', 'scheduler', 'registry'] as const;

/** From a millisecond to ten minutes: one turn of a loop. */
export const TURNS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600,
] as const;
/** From 5 ms, which a claim by a woken scheduler takes, to the hour that a full pool lets a task wait. */
export const WAITS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800, 3_600,
] as const;
/** From a step that finds all as it was to an apply of an hour. */
export const STEPS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 1_800, 3_600,
] as const;
/** Fewer, since there are routes by the hundred. */
export const ANSWERS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30] as const;
