import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '@berth/private-servers';
import { ApiCaller } from './api-caller.js';
import { ServiceProcess } from './service-process.js';
import { testBroker, testDatabase, type TestBroker, type TestDatabase } from './servers.js';
import type { TcpProxy } from './tcp-proxy.js';

type ProcessUser = { readonly uid: number; readonly gid: number };

interface AgentOptions {
  /** Where that is not ours. */
  readonly user?: ProcessUser | null;
  readonly env: Readonly<Record<string, string>>;
}

type NewAgent = (n: number, options: AgentOptions) => Promise<ServiceProcess>;

export interface SystemOptions {
  readonly agents?: number;
  readonly schedulers?: number;
  /** For what the api does alone: the other services are not started. */
  readonly only?: 'api';
  /** Its services are the files that an installation has, not one file each. */
  readonly asInstalled?: boolean;
  /** Of every service. */
  readonly env?: Readonly<Record<string, string>>;
  readonly agentEnv?: Readonly<Record<string, string>>;
  /** The agents' user, where that is not ours. */
  readonly agentUser?: ProcessUser | null;
  /** Also by what address it will have. */
  readonly apiEnv?: Readonly<Record<string, string>> | ((url: string) => Readonly<Record<string, string>>);
  readonly registryEnv?: Readonly<Record<string, string>>;
  readonly schedulerEnv?: Readonly<Record<string, string>>;
  /** Instead of a database of the common server. */
  readonly database?: TestDatabase;
  /** Lines to the broker that the test may break. */
  readonly brokerLines?: { readonly schedulers?: TcpProxy; readonly agents?: TcpProxy };
}

/** All services as processes, on a database and a virtual host of their own. */
export class System {
  private constructor(
    readonly api: ApiCaller,
    readonly apiService: ServiceProcess,
    readonly registry: ServiceProcess,
    readonly schedulers: readonly ServiceProcess[],
    readonly agents: ServiceProcess[],
    readonly database: TestDatabase,
    readonly broker: TestBroker,
    readonly agentToken: string,
    /** Where the api stores the files of builds. */
    readonly storage: string,
    private readonly newAgent: NewAgent,
  ) {}

  static async start(options: SystemOptions = {}): Promise<System> {
    const [database, broker] = await Promise.all([options.database ?? testDatabase(), testBroker()]);
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'system-'));
    const storage = join(home, 'storage');
    const apiKey = `test_${randomBytes(24).toString('hex')}`;
    const agentToken = `agent_${randomBytes(24).toString('hex')}`;
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AMQP_URL: broker.serviceUrl,
      BERTH_LOG_LEVEL: 'debug',
      ...options.env,
    };
    const withDatabase = { ...base, DATABASE_URL: database.url };
    const by = (line: TcpProxy | undefined, url: string) => ({ AMQP_URL: line?.through(url) ?? url });
    const service = async (
      name: string,
      app: string,
      envOf: (port: number) => Record<string, string>,
      user: SystemOptions['agentUser'] = null,
    ): Promise<ServiceProcess> => {
      const port = await freePort();
      const log = join(home, `${name}.log`);
      return new ServiceProcess(name, port, app, envOf(port), log, user, options.asInstalled);
    };
    const { apiEnv = {} } = options;
    const api = await service('api', 'api', (port) => ({
      ...withDatabase,
      BERTH_API_KEY: apiKey,
      BERTH_AGENT_TOKEN: agentToken,
      BERTH_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      BERTH_STORAGE_DIR: storage,
      BERTH_BROKER_MANAGEMENT_URL: broker.managementUrl,
      ...(typeof apiEnv === 'function' ? apiEnv(`http://127.0.0.1:${port}`) : apiEnv),
    }));
    const registry = await service('registry', 'registry', () => ({
      ...withDatabase,
      ...options.registryEnv,
    }));
    const schedulers: ServiceProcess[] = [];
    for (let n = 1; n <= (options.schedulers ?? 1); n += 1) {
      schedulers.push(
        await service(`scheduler-${n}`, 'scheduler', () => ({
          ...withDatabase,
          ...by(options.brokerLines?.schedulers, broker.serviceUrl),
          ...options.schedulerEnv,
        })),
      );
    }
    // Users of runs pass it, on their way to their slots.
    await chmod(home, 0o711);
    const newAgent: NewAgent = async (n, { user = null, env }) => {
      const agentHome = join(home, `agent-${n}`);
      if (user !== null) {
        await mkdir(agentHome);
        await chown(agentHome, user.uid, user.gid);
      }
      const all = {
        ...base,
        ...by(options.brokerLines?.agents, broker.agentUrl),
        BERTH_API_URL: api.url,
        BERTH_AGENT_TOKEN: agentToken,
        BERTH_AGENT_ID: `agent-${n}`,
        BERTH_POD_NAME: `pod-${n}`,
        BERTH_AGENT_HOME: agentHome,
        // Doubles of other hosts listen there.
        BERTH_ALLOWED_ADDRESSES: '127.0.0.1',
        // What most tests run leaves its marks in folders of theirs.
        BERTH_RUN_ISOLATION: 'none',
        ...env,
      };
      return service(`agent-${n}`, 'agent', () => all, user);
    };
    const agents: ServiceProcess[] = [];
    for (let n = 1; n <= (options.only === 'api' ? 0 : (options.agents ?? 2)); n += 1) {
      agents.push(await newAgent(n, { user: options.agentUser ?? null, env: options.agentEnv ?? {} }));
    }
    const system = new System(
      new ApiCaller(api.url, apiKey),
      api,
      registry,
      schedulers,
      agents,
      database,
      broker,
      agentToken,
      storage,
      newAgent,
    );
    try {
      const needed = options.only === 'api' ? [api] : system.all;
      needed.forEach((one) => {
        one.start();
      });
      await Promise.all(needed.map(async (one) => one.ready()));
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** One more agent, when it is ready. */
  async addAgent(options: AgentOptions): Promise<ServiceProcess> {
    const agent = await this.newAgent(this.agents.length + 1, options);
    this.agents.push(agent);
    agent.start();
    await agent.ready();
    return agent;
  }

  /** What an agent of this system has on its disk to prove who it is. */
  async secretOf(agentId: string): Promise<string> {
    return (await readFile(join(dirname(this.storage), agentId, 'agent-secret'), 'utf8')).trim();
  }

  get all(): readonly ServiceProcess[] {
    return [this.apiService, this.registry, ...this.schedulers, ...this.agents];
  }

  /** Stops agents first, as an operator would, and leaves nothing behind. */
  async stop(): Promise<void> {
    await Promise.all(this.agents.map(async (one) => one.end('SIGTERM')));
    await Promise.all(
      [...this.schedulers, this.registry, this.apiService].map(async (one) => one.end('SIGTERM')),
    );
    await this.broker.drop();
    await this.database.drop();
  }
}
