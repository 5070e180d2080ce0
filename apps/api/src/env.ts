import {
  brokerSettings,
  databaseSettings,
  flag,
  httpSettings,
  integer,
  key32,
  loadEnv,
  secret,
  url,
  urlTemplate,
} from '@berth/config';
import { z } from 'zod';
import { proxies } from './trusted-proxies.js';

/** Hosts that are this machine, whose lines nobody else reads. */
export const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** 0: for ever. */
function keepDays(byDefault: number) {
  return integer(0, 36_500).default(byDefault);
}

const Settings = z.object({
  ...httpSettings,
  ...databaseSettings,
  ...brokerSettings,
  /**
   * RabbitMQ's management API, with an administrator's user and password: each session of an agent gets a user of its own
   * that reaches nothing but its queue and its reports. Without it agents connect as their AMQP_URL says.
   */
  BERTH_BROKER_MANAGEMENT_URL: url(['http:', 'https:'], 'http://admin:password@host:15672').optional(),
  /** `require`: the api does not start where nothing says how sessions get users of their own. */
  BERTH_BROKER_RIGHTS: z
    .enum(['require', 'if-managed'], { error: 'must be "require" or "if-managed"' })
    .default('if-managed'),
  /** The address that people's browsers and command lines reach this at; links are made from it. */
  BERTH_PUBLIC_URL: url(['http:', 'https:'], 'https://berth.example.com').optional(),
  /** Where people look at a trace: an address with `{traceId}` in it. */
  BERTH_TRACE_URL: urlTemplate('{traceId}', 'https://traces.example.com/trace/{traceId}').optional(),
  /** Whose X-Forwarded-For counts: addresses and ranges, separated by commas. */
  BERTH_TRUSTED_PROXIES: proxies().optional(),
  /** Of one key or one session, by one api process. */
  BERTH_REQUESTS_PER_MINUTE: integer(60, 10_000_000).default(6_000),
  /** Of an identity provider that speaks OpenID Connect; without one, nobody signs in by it. */
  BERTH_OIDC_ISSUER: url(['http:', 'https:'], 'https://login.example.com').optional(),
  BERTH_OIDC_CLIENT_ID: z.string().min(1).optional(),
  /** Without it the provider has to take PKCE alone for enough. */
  BERTH_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Of the e-mail addresses that may sign in by it, separated by commas; empty: any. */
  BERTH_OIDC_ALLOWED_DOMAINS: z.string().default(''),
  /** The claim with the groups that teams follow. */
  BERTH_OIDC_GROUPS_CLAIM: z.string().min(1).default('groups'),
  /** Whose member a person becomes who signs in for the first time; `none`: only who was added may sign in. */
  BERTH_OIDC_ORGANIZATION: z.string().min(1).default('default'),
  /** Whether people may sign in with a password. */
  BERTH_PASSWORDS: flag().default(true),
  /** How long a browser stays signed in. */
  BERTH_SESSION_DAYS: integer(1, 365).default(14),
  /** How long a run can show who it is by a token: a phase that takes longer has to be done with that by then. */
  BERTH_WORKLOAD_TOKEN_MINUTES: integer(5, 1_440).default(120),
  BERTH_AUDIT_KEEP_DAYS: keepDays(400),
  /** Of ended tasks with their timelines and whatever else is left of them. */
  BERTH_TASK_KEEP_DAYS: keepDays(180),
  /** Of the logs of ended tasks. */
  BERTH_LOG_KEEP_DAYS: keepDays(90),
  /** Of the files of plans that nobody can apply any more; what a plan says stays with its task. */
  BERTH_PLAN_FILE_KEEP_DAYS: keepDays(30),
  /** Of state versions beside the newest ones of a workspace. */
  BERTH_STATE_KEEP_DAYS: keepDays(90),
  /** So many of a workspace stay, however old they are. */
  BERTH_STATE_KEEP_COUNT: integer(1, 1_000_000).default(100),
  /** Of configurations that are neither a workspace's present one nor a task's. */
  BERTH_CONFIGURATION_KEEP_DAYS: keepDays(30),
  /** Of dead letters that were replayed or discarded. */
  BERTH_DEAD_LETTER_KEEP_DAYS: keepDays(90),
  /** Of agents and build workers that are lost or have stopped, with their slots, sessions and ids. */
  BERTH_AGENT_KEEP_DAYS: keepDays(30),
  /** A service key that may do everything in the organization `default`. */
  BERTH_API_KEY: secret('the first key that opens the API'),
  /** The first token of the pool `default`; without it, tokens are made over the API only. */
  BERTH_AGENT_TOKEN: secret('opens the agents’ side of the API').optional(),
  /** Wraps the data keys, which seal whatever may hold a secret. */
  BERTH_ENCRYPTION_KEY: key32('wraps the keys that seal variables, plan files, states, logs'),
  /** The one of before: what it has wrapped is wrapped with the new one at the start. */
  BERTH_OLD_ENCRYPTION_KEY: key32('the key until now').optional(),
  /** Compressed size of a configuration. */
  BERTH_MAX_CONFIGURATION_MB: integer(1, 500).default(50),
  BERTH_MAX_STATE_MB: integer(1, 500).default(100),
  BERTH_MAX_PLAN_MB: integer(1, 500).default(100),
  /**
   * Of states, plan files, configurations and other large bodies that one process has in hand at once. While it works on one,
   * it holds it up to three times.
   */
  BERTH_BODIES_IN_FLIGHT_MB: integer(1, 100_000).default(256),
  /** Of one phase of one task; beyond it the log is cut. */
  BERTH_MAX_LOG_MB: integer(1, 1_000).default(50),
  /** Where sources, certs and results of builds are stored; every api process needs the same directory. */
  BERTH_STORAGE_DIR: z.string().min(1).default('/var/lib/berth/storage'),
  /** With a bucket, they are stored there instead. */
  BERTH_S3_BUCKET: z.string().min(3).max(63).optional(),
  BERTH_S3_REGION: z.string().min(1).default('us-east-1'),
  /** Of a service other than AWS that speaks S3. */
  BERTH_S3_ENDPOINT: url(['http:', 'https:'], 'https://s3.example.com').optional(),
  /** Without them, the machine's own role or environment counts. */
  BERTH_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  BERTH_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  BERTH_MAX_SOURCE_MB: integer(1, 100_000).default(500),
  BERTH_MAX_RESULT_MB: integer(1, 100_000).default(2_000),
  /** Builds that ended longer ago, or before so many others, lose what is stored of them; their logs stay. */
  BERTH_BUILD_KEEP_DAYS: integer(1, 36_500).default(30),
  BERTH_BUILD_KEEP_COUNT: integer(1, 1_000_000).default(1_000),
  BERTH_STORAGE_SWEEP_SECONDS: integer(1, 86_400).default(600),
  /**
   * How long a worker may take from a build that it was given, or from the last file that it fetched of it, to its first
   * word about it. A machine may boot for 180 s before that.
   */
  BERTH_BUILD_START_SECONDS: integer(1, 86_400).default(300),
  /** A build of which its worker says nothing for so long goes back to the queue. */
  BERTH_BUILD_SILENT_SECONDS: integer(1, 86_400).default(1_800),
  BERTH_DATABASE_POOL: integer(2, 100).default(10),
  /** How long to wait for PostgreSQL and RabbitMQ at start. */
  BERTH_START_WAIT_SECONDS: integer(1, 600).default(30),
});

/** Rights that are demanded can be given. Single sign-on is set as a whole, and over a line on which nobody can read what it carries. */
const ApiEnv = Settings.superRefine((env, faults) => {
  const fault = (name: keyof typeof env, message: string): void => {
    faults.addIssue({ code: 'custom', path: [name], message });
  };
  if (env.BERTH_BROKER_RIGHTS === 'require' && env.BERTH_BROKER_MANAGEMENT_URL === undefined) {
    fault('BERTH_BROKER_MANAGEMENT_URL', 'must be set where BERTH_BROKER_RIGHTS is "require"');
  }
  const { BERTH_OIDC_ISSUER: issuer } = env;
  if (issuer === undefined) {
    for (const name of ['BERTH_OIDC_CLIENT_ID', 'BERTH_OIDC_CLIENT_SECRET'] as const) {
      if (env[name] !== undefined) {
        fault('BERTH_OIDC_ISSUER', `must be set where ${name} is`);
      }
    }
    return;
  }
  if (env.BERTH_OIDC_CLIENT_ID === undefined) {
    fault('BERTH_OIDC_CLIENT_ID', 'must be set where BERTH_OIDC_ISSUER is');
  }
  if (!isSafeIssuer(issuer)) {
    fault('BERTH_OIDC_ISSUER', 'must begin with https://, but for an issuer on this machine itself');
  }
});
export type ApiEnv = z.infer<typeof ApiEnv>;

/** @throws ConfigError */
export function readEnv(env: NodeJS.ProcessEnv): ApiEnv {
  return loadEnv(ApiEnv, env);
}

/** Injects the settings. */
export const API_ENV = Symbol('api env');

function isSafeIssuer(issuer: string): boolean {
  if (!URL.canParse(issuer)) {
    return true;
  }
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || LOOPBACK.includes(hostname);
}
