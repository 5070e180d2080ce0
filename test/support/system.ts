import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '@berth/launcher/servers';
import { ApiCaller } from './api-caller.js';
import { testBroker, testDatabase, type TestBroker, type TestDatabase } from './servers.js';
import { waitFor } from './wait-for.js';

const REPOSITORY = resolve(import.meta.dirname, '../..');

/** One service of the system under test, a process of its own. */
export class ServiceProcess {
  private child: ChildProcess | undefined;

  constructor(
    readonly name: string,
    readonly port: number,
    private readonly app: string,
    private readonly env: Readonly<Record<string, string>>,
    readonly logFile: string,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.child?.pid === undefined) {
      throw new Error(`${this.name} is not running`);
    }
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    const log = createWriteStream(this.logFile, { flags: 'a' });
    this.child = spawn(process.execPath, [join(REPOSITORY, 'apps', this.app, 'dist/main.js')], {
      env: { ...this.env, BERTH_HTTP_PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.pipe(log, { end: false });
    this.child.stderr?.pipe(log, { end: false });
    this.child.on('error', (error) => log.write(`${error.message}\n`));
  }

  async ready(): Promise<void> {
    await waitFor(
      `${this.name} to be ready`,
      async () => {
        if (!this.isRunning) {
          throw new Error(`${this.name} has ended:\n${await this.tail()}`);
        }
        const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(
          () => null,
        );
        return answer?.status === 200;
      },
      60_000,
    );
  }

  /** Ends it and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) {
      return;
    }
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  async tail(): Promise<string> {
    const text = await readFile(this.logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(-15).join('\n');
  }
}

export interface SystemOptions {
  readonly agents?: number;
  readonly schedulers?: number;
  readonly agentEnv?: Readonly<Record<string, string>>;
  readonly registryEnv?: Readonly<Record<string, string>>;
  readonly schedulerEnv?: Readonly<Record<string, string>>;
}

/** All services as processes, on a database and a virtual host of their own. */
export class System {
  private constructor(
    readonly api: ApiCaller,
    readonly apiService: ServiceProcess,
    readonly registry: ServiceProcess,
    readonly schedulers: readonly ServiceProcess[],
    readonly agents: readonly ServiceProcess[],
    readonly database: TestDatabase,
    readonly broker: TestBroker,
    readonly agentToken: string,
  ) {}

  static async start(options: SystemOptions = {}): Promise<System> {
    const [database, broker] = await Promise.all([testDatabase(), testBroker()]);
    const home = await mkdtemp(join(process.env['BERTH_TEST_HOME'] ?? '/tmp', 'system-'));
    const apiKey = `test_${randomBytes(24).toString('hex')}`;
    const agentToken = `agent_${randomBytes(24).toString('hex')}`;
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      AMQP_URL: broker.url,
      BERTH_LOG_LEVEL: 'debug',
    };
    const withDatabase = { ...base, DATABASE_URL: database.url };
    const service = async (name: string, app: string, env: Record<string, string>): Promise<ServiceProcess> =>
      new ServiceProcess(name, await freePort(), app, env, join(home, `${name}.log`));
    const api = await service('api', 'api', {
      ...withDatabase,
      BERTH_API_KEY: apiKey,
      BERTH_AGENT_TOKEN: agentToken,
      BERTH_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    });
    const registry = await service('registry', 'registry', { ...withDatabase, ...options.registryEnv });
    const schedulers: ServiceProcess[] = [];
    for (let n = 1; n <= (options.schedulers ?? 1); n += 1) {
      schedulers.push(
        await service(`scheduler-${n}`, 'scheduler', { ...withDatabase, ...options.schedulerEnv }),
      );
    }
    const agents: ServiceProcess[] = [];
    for (let n = 1; n <= (options.agents ?? 2); n += 1) {
      agents.push(
        await service(`agent-${n}`, 'agent', {
          ...base,
          BERTH_API_URL: api.url,
          BERTH_AGENT_TOKEN: agentToken,
          BERTH_AGENT_ID: `agent-${n}`,
          BERTH_POD_NAME: `pod-${n}`,
          BERTH_AGENT_HOME: join(home, `agent-${n}`),
          ...options.agentEnv,
        }),
      );
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
    );
    try {
      system.all.forEach((one) => {
        one.start();
      });
      await Promise.all(system.all.map(async (one) => one.ready()));
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
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
