import { delimiter, isAbsolute } from 'node:path';
import {
  addresses,
  brokerSettings,
  flag,
  httpSettings,
  integer,
  loadEnv,
  names,
  secret,
  url,
} from '@berth/config';
import { forbiddenVariable, RUN_ISOLATION } from '@berth/domain';
import { z } from 'zod';

/** Absolute ones, in the order given. */
function paths() {
  return z
    .string()
    .transform((text) => text.split(delimiter).filter((path) => path !== ''))
    .refine((all) => all.every((path) => isAbsolute(path)), 'must hold absolute paths, separated by ":"')
    .optional();
}

/** The vendors' own; a mirror has the same layout. */
const DEFAULT_RELEASE_URLS = {
  terraform: 'https://releases.hashicorp.com',
  opentofuIndex: 'https://get.opentofu.org/tofu/api.json',
  opentofuFiles: 'https://github.com/opentofu/opentofu/releases/download',
};

const AgentEnv = z
  .object({
    ...httpSettings,
    ...brokerSettings,
    BERTH_API_URL: url(['http:', 'https:'], 'http://127.0.0.1:8080'),
    BERTH_AGENT_TOKEN: secret('the token of the agent’s pool'),
    /** Stays the same across restarts in one pod; without it one is made and kept in the agent's home. */
    BERTH_AGENT_ID: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must have 1 to 100 letters, digits, ".", "_" or "-"')
      .optional(),
    /** Where the disk is: a reserved slot is worth something only there. Defaults to the host's name. */
    BERTH_POD_NAME: z.string().max(253).optional(),
    /** Slots, engines and results that are not yet delivered. */
    BERTH_AGENT_HOME: z.string({ error: 'must be set to a directory that the agent may write' }).min(1),
    /** Tasks run at paths below it, which must be the same on all agents of a pool: `path.cwd` is part of a plan. */
    BERTH_AGENT_WORK_ROOT: z.string().min(1).optional(),
    /** Work directories: running or reserved. */
    BERTH_AGENT_SLOTS: integer(1, 256).default(4),
    /** Processes at once. */
    BERTH_AGENT_CONCURRENCY: integer(1, 256).default(2),
    /** After a stop the same disk comes back: reserved slots are kept. Not so in a pod that goes away. */
    BERTH_AGENT_KEEPS_SLOTS: flag().default(false),
    /** How long a stop waits for an apply before it interrupts it. */
    BERTH_AGENT_DRAIN_SECONDS: integer(0, 86_400).default(600),
    /** From the interrupt to the kill of an apply; other commands have 8 s. */
    BERTH_TERRAFORM_GRACE_SECONDS: integer(1, 3_600).default(120),
    /** What each process of a run may allocate, terraform and every provider for itself; without it, as much as there is. */
    BERTH_RUN_MEMORY_MB: integer(128, 1_048_576).optional(),
    /** Processes of a run, with their threads: a provider in Go has dozens. Only where runs are kept apart. */
    BERTH_RUN_PROCESSES: integer(64, 1_000_000).default(4_096),
    /** What lies in a slot's folders; a run that grows beyond it is ended. */
    BERTH_SLOT_DISK_MB: integer(64, 100_000_000).default(20_480),
    /**
     * How runs are kept apart from the agent and from each other: `sandbox` and `user` demand it, at least; `none` leaves it
     * out. By default, the strongest that the machine allows.
     */
    BERTH_RUN_ISOLATION: z.enum(RUN_ISOLATION, { error: 'must be "sandbox", "user" or "none"' }).optional(),
    /**
     * The number before those of the users that runs have where the agent starts as root, one for each slot: nobody else may have
     * any of them.
     * `agent`: runs have the agent's. By default, numbers beyond 1,900,000,000 that are the agent's own.
     */
    BERTH_RUN_UIDS: z
      .union([z.literal('agent'), z.coerce.number().pipe(z.int().min(1_000).max(2_147_483_000))], {
        error: 'must be "agent" or a number from 1000 on, which is followed by as many as there are slots',
      })
      .optional(),
    /** Paths beside their own that runs in a sandbox may read, separated by colons: provider mirrors, tools, keys of ssh. */
    BERTH_RUN_READS: paths(),
    /** The same for what they may change: a cache that all runs share, the socket of a container engine. */
    BERTH_RUN_WRITES: paths(),
    BERTH_PLAN_TIMEOUT_SECONDS: integer(10, 86_400).default(7_200),
    BERTH_APPLY_TIMEOUT_SECONDS: integer(10, 604_800).default(86_400),
    /** Of one step of a build that names no limit of its own. */
    BERTH_BUILD_STEP_TIMEOUT_SECONDS: integer(1, 86_400).default(3_600),
    /** Of fetching a configuration from git; beyond it the host counts as unreachable. */
    BERTH_GIT_TIMEOUT_SECONDS: integer(1, 3_600).default(300),
    /** What users' addresses (git sources, Vault) may lead to beside public ones; separated by commas. */
    BERTH_ALLOWED_ADDRESSES: addresses(),
    /** A result that the database has not heard of by then was lost on its way; hearing it twice changes nothing. */
    BERTH_RESULT_RESEND_SECONDS: integer(1, 86_400).default(60),
    /** Whether a binary on PATH may run where its version fits. */
    BERTH_USE_PATH_BINARY: flag().default(true),
    BERTH_TERRAFORM_RELEASES_URL: url(['http:', 'https:'], DEFAULT_RELEASE_URLS.terraform).default(
      DEFAULT_RELEASE_URLS.terraform,
    ),
    BERTH_OPENTOFU_INDEX_URL: url(['http:', 'https:'], DEFAULT_RELEASE_URLS.opentofuIndex).default(
      DEFAULT_RELEASE_URLS.opentofuIndex,
    ),
    BERTH_OPENTOFU_RELEASES_URL: url(['http:', 'https:'], DEFAULT_RELEASE_URLS.opentofuFiles).default(
      DEFAULT_RELEASE_URLS.opentofuFiles,
    ),
    /** Files with the vendors' armored public keys: a release that such a key has not signed is refused. */
    BERTH_TERRAFORM_RELEASE_KEY: z.string().optional(),
    BERTH_OPENTOFU_RELEASE_KEY: z.string().optional(),
    /** `require`: the agent does not start without both keys. */
    BERTH_RELEASE_SIGNATURES: z
      .enum(['require', 'if-key'], { error: 'must be "require" or "if-key"' })
      .default('if-key'),
    /** Terraform's own configuration: provider mirrors and registry credentials. */
    BERTH_TERRAFORM_CLI_CONFIG: z.string().optional(),
    /** Engines, and what inits have left, that no run has used for so long go; 0: never. The engine used last stays. */
    BERTH_UNUSED_KEEP_DAYS: integer(0, 36_500).default(90),
    /** Providers that no slot links to go, the longest unused first, once the store in the home is larger. */
    BERTH_PROVIDER_STORE_MB: integer(0, 100_000_000).default(20_480),
    /**
     * Terraform gets a lock file without hashes where all providers are the store's: 2.3 s less for each command with the
     * AWS provider. Only where no run could write to the store (docs/decisions/0013).
     */
    BERTH_TRUST_PROVIDER_STORE: flag().default(false),
    /** For how long an init with modules from elsewhere may stand for a later equal one; 0: it never does. */
    BERTH_REMOTE_MODULE_REUSE_SECONDS: integer(0, 31_536_000).default(0),
    /** Names of the agent's own variables that runs may see, separated by commas. */
    BERTH_PASS_THROUGH: names().superRefine((names, context) => {
      // One of these would change what runs do, or give them the agent's own secrets.
      for (const name of names.filter((one) => /^(TF_|TERRAFORM_|BERTH_)/.test(one))) {
        const reason = forbiddenVariable(name);
        if (reason !== null) {
          context.addIssue({ code: 'custom', message: `must not name ${name}: ${reason}` });
        }
      }
    }),
    BERTH_START_WAIT_SECONDS: integer(1, 600).default(60),
  })
  .refine((env) => env.BERTH_AGENT_CONCURRENCY <= env.BERTH_AGENT_SLOTS, {
    path: ['BERTH_AGENT_CONCURRENCY'],
    error: 'must not be larger than BERTH_AGENT_SLOTS: a process needs a slot',
  })
  .superRefine((env, context) => {
    for (const key of ['BERTH_TERRAFORM_RELEASE_KEY', 'BERTH_OPENTOFU_RELEASE_KEY'] as const) {
      if (env.BERTH_RELEASE_SIGNATURES === 'require' && env[key] === undefined) {
        const message =
          'must name a file with the vendor’s public key, since BERTH_RELEASE_SIGNATURES is "require"';
        context.addIssue({ code: 'custom', path: [key], message });
      }
    }
  });
export type AgentEnv = z.infer<typeof AgentEnv>;

/** @throws ConfigError */
export function readEnv(env: NodeJS.ProcessEnv): AgentEnv {
  return loadEnv(AgentEnv, env);
}

/** Injects the settings. */
export const AGENT_ENV = Symbol('agent env');
