import {
  closedDeadLetters,
  endApiKeys,
  endAuditRecords,
  endChanges,
  endedSessions,
  endedTasks,
  endSignIns,
  forgetOldKeys,
  goneAgents,
  oldLogs,
  oldStates,
  planFiles,
  unusedConfigurations,
  unusedIdentities,
  type Database,
  type Sweep,
} from '@berth/persistence';
import type { ApiEnv } from '../env.js';

export type RetentionSettings = Pick<
  ApiEnv,
  | 'BERTH_TASK_KEEP_DAYS'
  | 'BERTH_LOG_KEEP_DAYS'
  | 'BERTH_PLAN_FILE_KEEP_DAYS'
  | 'BERTH_STATE_KEEP_DAYS'
  | 'BERTH_STATE_KEEP_COUNT'
  | 'BERTH_CONFIGURATION_KEEP_DAYS'
  | 'BERTH_DEAD_LETTER_KEEP_DAYS'
  | 'BERTH_AGENT_KEEP_DAYS'
  | 'BERTH_AUDIT_KEEP_DAYS'
>;

/** They are small and many: a busy minute has thousands. */
const CHANGES = 5_000;
/** Longer than a page that was cut off may ask for what it has missed. */
const CHANGES_MINUTES = 20;

/** What is removed under these settings; 0 days keep a kind for ever. */
export function sweepsOf(env: RetentionSettings): Sweep[] {
  const after = (days: number, ...sweeps: ((days: number) => Sweep)[]): Sweep[] =>
    days === 0 ? [] : sweeps.map((sweep) => sweep(days));
  return [
    expiring('sign-in', endSignIns),
    expiring('key', endApiKeys),
    expiring('idempotency key', forgetOldKeys),
    expiring('change', async (database) => endChanges(database, CHANGES_MINUTES, CHANGES), CHANGES),
    ...after(env.BERTH_AUDIT_KEEP_DAYS, (days) =>
      expiring('audit record', async (database, limit) => endAuditRecords(database, days, limit)),
    ),
    ...after(env.BERTH_PLAN_FILE_KEEP_DAYS, planFiles),
    ...after(env.BERTH_LOG_KEEP_DAYS, oldLogs),
    ...after(env.BERTH_TASK_KEEP_DAYS, endedTasks),
    ...after(env.BERTH_STATE_KEEP_DAYS, (days) => oldStates({ days, count: env.BERTH_STATE_KEEP_COUNT })),
    ...after(env.BERTH_CONFIGURATION_KEEP_DAYS, unusedConfigurations),
    ...after(env.BERTH_DEAD_LETTER_KEEP_DAYS, closedDeadLetters),
    ...after(env.BERTH_AGENT_KEEP_DAYS, goneAgents, endedSessions, unusedIdentities),
  ];
}

/** What has an end of its own: nobody needs any of it, so that no row stands in the way of the next. */
function expiring(
  what: string,
  remove: (database: Database, limit: number) => Promise<number>,
  batch?: number,
): Sweep {
  return {
    what,
    batch: async (database, { limit }) => {
      const removed = await remove(database, limit);
      return { removed, next: removed >= (batch ?? limit) ? [] : null };
    },
  };
}
