import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathHash } from '@berth/private-servers';
import type { BerthHome } from './berth-home.js';
import type { Keys } from './keys.js';
import { passedEnvironment } from './passed-environment.js';

/** One service process: what runs, with which environment, where it listens. */
export interface ServicePlan {
  name: string;
  entry: string;
  /** What Node loads before it. */
  preloads: string[];
  port: number;
  env: Record<string, string>;
  /** Settings that open something, which others on this machine must not find in its environment. */
  secrets: Record<string, string>;
  agentId?: string;
}

export interface PlanOptions {
  home: BerthHome;
  keys: Keys;
  /** Where the apps' folders lie. */
  appsDir: string;
  databaseUrl: string;
  amqpUrl: string;
  managementUrl: string | undefined;
  apiPort: number;
  /** Database or broker are not this home's alone. */
  shared: boolean;
  env: NodeJS.ProcessEnv;
  nextPort: () => Promise<number>;
}

const AGENTS = ['agent-1', 'agent-2'];

/** The services in the order in which they start; each gets what it needs and no key beyond that. */
export async function planServices(options: PlanOptions): Promise<ServicePlan[]> {
  const { keys, databaseUrl, amqpUrl, managementUrl, apiPort, env } = options;
  const apiUrl = localUrl(apiPort);
  const plan = (
    name: string,
    app: string,
    port: number,
    { secrets, own = {} }: { secrets: Record<string, string>; own?: Record<string, string> },
  ): ServicePlan => ({
    name,
    entry: join(options.appsDir, app, 'dist', 'main.js'),
    preloads: collectsTraces(env) ? [join(options.appsDir, '../libs/telemetry/dist/preload.js')] : [],
    port,
    env: {
      ...passedEnvironment(env),
      BERTH_HTTP_HOST: '127.0.0.1',
      BERTH_HTTP_PORT: String(port),
      ...own,
    },
    secrets,
  });
  const servers = { DATABASE_URL: databaseUrl, AMQP_URL: amqpUrl };
  const plans = [
    plan('api', 'api', apiPort, {
      secrets: {
        ...servers,
        BERTH_API_KEY: keys.apiKey,
        BERTH_AGENT_TOKEN: keys.agentToken,
        BERTH_ENCRYPTION_KEY: keys.encryptionKey,
        ...givenToApi(env),
        ...(managementUrl === undefined ? {} : { BERTH_BROKER_MANAGEMENT_URL: managementUrl }),
      },
      own: { BERTH_STORAGE_DIR: env['BERTH_STORAGE_DIR'] ?? options.home.storage },
    }),
    plan('scheduler', 'scheduler', await options.nextPort(), { secrets: servers }),
    plan('registry', 'registry', await options.nextPort(), { secrets: servers }),
  ];
  for (const name of AGENTS) {
    const agentId = options.shared
      ? `${name}-${pathHash(`${hostname()}:${options.home.root}`).slice(0, 6)}`
      : name;
    const agent = plan(name, 'agent', await options.nextPort(), {
      secrets: {
        // Where the api gives each session a user of its own, nobody's name stands in the agent's address.
        AMQP_URL: managementUrl === undefined ? amqpUrl : withoutUser(amqpUrl),
        BERTH_AGENT_TOKEN: keys.agentToken,
      },
      own: {
        BERTH_API_URL: apiUrl,
        BERTH_AGENT_ID: agentId,
        BERTH_POD_NAME: podName(hostname(), name),
        BERTH_AGENT_HOME: join(options.home.agents, name),
        BERTH_AGENT_SLOTS: env['BERTH_AGENT_SLOTS'] ?? '4',
        BERTH_AGENT_CONCURRENCY: env['BERTH_AGENT_CONCURRENCY'] ?? '2',
        // The disk stays, so a plan that waits for a person outlives a restart.
        BERTH_AGENT_KEEPS_SLOTS: 'true',
        BERTH_AGENT_DRAIN_SECONDS: env['BERTH_AGENT_DRAIN_SECONDS'] ?? '15',
        ...terraformConfig(env),
      },
    });
    plans.push({ ...agent, agentId });
  }
  return plans;
}

function collectsTraces(env: NodeJS.ProcessEnv): boolean {
  return (env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '';
}

/** What is called like a secret, and is the api's alone: keys of the builds' bucket, the sign-in's settings. */
function givenToApi(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'BERTH_S3_ACCESS_KEY_ID',
    'BERTH_S3_SECRET_ACCESS_KEY',
    'BERTH_OIDC_CLIENT_SECRET',
    'BERTH_OLD_ENCRYPTION_KEY',
    'BERTH_PASSWORDS',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function withoutUser(amqpUrl: string): string {
  const url = new URL(amqpUrl);
  url.username = '';
  url.password = '';
  return url.href;
}

/** The user's own provider mirrors and credentials, where there are any. */
function terraformConfig(env: NodeJS.ProcessEnv): Record<string, string> {
  const file = env['TF_CLI_CONFIG_FILE'] ?? '';
  return file !== '' && existsSync(file) ? { BERTH_TERRAFORM_CLI_CONFIG: file } : {};
}

/** Where a port of this machine is reached. */
export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** A name as a Kubernetes pod could have: the machine takes the pod's place, its disk the pod's disk. */
export function podName(host: string, agent: string): string {
  const plain = host.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-');
  return `${plain.slice(0, 62 - agent.length)}-${agent}`.replaceAll(/^-+/g, '');
}
