import { brokerSettings, databaseSettings, httpSettings, integer, loadEnv } from '@berth/config';
import { z } from 'zod';

const RegistryEnv = z.object({
  ...httpSettings,
  ...databaseSettings,
  ...brokerSettings,
  BERTH_DATABASE_POOL: integer(2, 100).default(10),
  BERTH_START_WAIT_SECONDS: integer(1, 600).default(30),
  /** How often agents say that they are alive. */
  BERTH_HEARTBEAT_INTERVAL_MS: integer(100, 60_000).default(3_000),
  /** Without a heartbeat for so long, an agent gets no new work. */
  BERTH_AGENT_SUSPECT_AFTER_MS: integer(200, 600_000).default(8_000),
  /** Without a heartbeat for so long, an agent is lost. */
  BERTH_AGENT_LOST_AFTER_MS: integer(500, 3_600_000).default(15_000),
  /** The same while more than half of its pool is silent: then the network is likelier to have failed than they. */
  BERTH_MASS_LOST_AFTER_MS: integer(500, 3_600_000).default(90_000),
  /** Without a poll or a heartbeat for so long, a build worker is lost; it may have to boot a machine for 180 s. */
  BERTH_WORKER_LOST_AFTER_MS: integer(500, 3_600_000).default(240_000),
  /** A task that its agent does not have is taken from it, so long after it was assigned. */
  BERTH_MISSING_TASK_SECONDS: integer(1, 3_600).default(60),
  BERTH_RETRY_FIRST_DELAY_MS: integer(1, 600_000).default(1_000),
  BERTH_RETRY_MAX_DELAY_MS: integer(1, 3_600_000).default(300_000),
});
export type RegistryEnv = z.infer<typeof RegistryEnv>;

/** @throws ConfigError */
export function readEnv(env: NodeJS.ProcessEnv): RegistryEnv {
  return loadEnv(RegistryEnv, env);
}

/** Injects the settings. */
export const REGISTRY_ENV = Symbol('registry env');
