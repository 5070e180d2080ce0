import { brokerSettings, databaseSettings, httpSettings, integer, loadEnv } from '@berth/config';
import { z } from 'zod';

const SchedulerEnv = z.object({
  ...httpSettings,
  ...databaseSettings,
  ...brokerSettings,
  BERTH_DATABASE_POOL: integer(2, 100).default(10),
  BERTH_START_WAIT_SECONDS: integer(1, 600).default(30),
  /** How often to look for tasks when nobody rings; a lost message costs this much. */
  BERTH_CLAIM_INTERVAL_MS: integer(50, 60_000).default(1_000),
  /** How many tasks one claim takes at the most. */
  BERTH_CLAIM_LIMIT: integer(1, 5_000).default(200),
  /** How long an agent has to accept what it was given. */
  BERTH_ACCEPT_LEASE_SECONDS: integer(1, 3_600).default(30),
  BERTH_RECONCILE_INTERVAL_MS: integer(100, 600_000).default(2_000),
  /** How long a slot keeps a plan for a person's answer. */
  BERTH_RESERVATION_SECONDS: integer(1, 2_592_000).default(86_400),
  BERTH_RETRY_FIRST_DELAY_MS: integer(1, 600_000).default(1_000),
  BERTH_RETRY_MAX_DELAY_MS: integer(1, 3_600_000).default(300_000),
});
export type SchedulerEnv = z.infer<typeof SchedulerEnv>;

/** @throws ConfigError */
export function readEnv(env: NodeJS.ProcessEnv): SchedulerEnv {
  return loadEnv(SchedulerEnv, env);
}

/** Injects the settings. */
export const SCHEDULER_ENV = Symbol('scheduler env');
