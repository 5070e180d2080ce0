import { LoopWatch } from '@berth/observability';
import type { Database, Sweep } from '@berth/persistence';
import { RetentionLoop } from '../../apps/api/src/retention/retention.loop.js';
import type { RetentionSettings } from '../../apps/api/src/retention/sweeps.js';
import { noneFails } from './fleet.js';
import { quietly } from './quiet.js';

/** Nothing is removed but what has an end of its own. */
export const KEEPS_ALL: RetentionSettings = {
  BERTH_TASK_KEEP_DAYS: 0,
  BERTH_LOG_KEEP_DAYS: 0,
  BERTH_PLAN_FILE_KEEP_DAYS: 0,
  BERTH_STATE_KEEP_DAYS: 0,
  BERTH_STATE_KEEP_COUNT: 100,
  BERTH_CONFIGURATION_KEEP_DAYS: 0,
  BERTH_DEAD_LETTER_KEEP_DAYS: 0,
  BERTH_AGENT_KEEP_DAYS: 0,
  BERTH_AUDIT_KEEP_DAYS: 0,
};

/** A whole pass over one kind. Gives how many rows each of its batches has removed. */
export async function passOf(
  database: Database,
  sweep: Sweep,
  limit: number,
  failed: (item: string, error: unknown) => void = noneFails,
): Promise<number[]> {
  const removed: number[] = [];
  let after = null;
  do {
    const swept = await sweep.batch(database, { after, limit }, failed);
    removed.push(swept.removed);
    after = swept.next;
  } while (after !== null);
  return removed;
}

/** As an api process has it, with the text of its metrics. */
export function retentionLoop(
  database: Database,
  settings: RetentionSettings,
): { loop: RetentionLoop; metrics: () => Promise<string> } {
  const { logger, metrics } = quietly();
  const loop = new RetentionLoop(settings, database, logger, new LoopWatch(metrics, logger), metrics);
  return { loop, metrics: async () => metrics.registry.metrics() };
}
