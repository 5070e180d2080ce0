import {
  brokerSettings,
  databaseSettings,
  httpSettings,
  integer,
  key32,
  loadEnv,
  secret,
} from '@berth/config';
import { z } from 'zod';

const ApiEnv = z.object({
  ...httpSettings,
  ...databaseSettings,
  ...brokerSettings,
  /** The key of the organization `default`. */
  BERTH_API_KEY: secret('the first key that opens the API'),
  /** The first token of the pool `default`; without it, tokens are made over the API only. */
  BERTH_AGENT_TOKEN: secret('opens the agents’ side of the API').optional(),
  /** Seals variables, git tokens, plan files and states; signs the tokens of sessions and tasks. */
  BERTH_ENCRYPTION_KEY: key32('encrypts variables, plan files and states'),
  /** Compressed size of a configuration. */
  BERTH_MAX_CONFIGURATION_MB: integer(1, 500).default(50),
  BERTH_MAX_STATE_MB: integer(1, 500).default(100),
  BERTH_MAX_PLAN_MB: integer(1, 500).default(100),
  /** Of one phase of one task; beyond it the log is cut. */
  BERTH_MAX_LOG_MB: integer(1, 1_000).default(50),
  BERTH_DATABASE_POOL: integer(2, 100).default(10),
  /** How long to wait for PostgreSQL and RabbitMQ at start. */
  BERTH_START_WAIT_SECONDS: integer(1, 600).default(30),
});
export type ApiEnv = z.infer<typeof ApiEnv>;

/** @throws ConfigError */
export function readEnv(env: NodeJS.ProcessEnv): ApiEnv {
  return loadEnv(ApiEnv, env);
}

/** Injects the settings. */
export const API_ENV = Symbol('api env');
