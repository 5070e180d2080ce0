import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  freePort,
  startPrivatePostgres,
  startPrivateRabbitmq,
  type PrivateRabbitmq,
  type PrivateServer,
} from '@berth/private-servers';
import { connectDatabase, DatabaseUnavailable, type Database } from '@berth/persistence';
import type * as removing from '../../apps/agent/src/disk/remove-all.js';
import { ServiceProcess } from '../support/service-process.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { waitFor } from '../support/wait-for.js';
import { EffectLog } from './effects.js';
import { endProcessesOfRuns, leftProcesses } from './left-processes.js';
import { Member, type Role } from './member.js';
import type { Pace } from './pace.js';

/** As an agent does: its store of providers is for nobody to write. */
const { removeAll } = (await import(resolve('apps/agent/dist/disk/remove-all.js'))) as typeof removing;

const CACHE = resolve('.berth/cache/rabbitmq');
const KEEP_UP_MS = 500;
/** A machine under load starts ten processes slowly. */
const READY_MS = 180_000;
const MANAGEMENT_MS = 20_000;

export type Crew = Readonly<Record<Role, number>>;

export interface WorldOptions {
  /** The real one, which runs behind a script that writes down each start. */
  readonly terraform: string;
  /** How many of each service there are. */
  readonly crew: Crew;
  readonly pace: Pace;
  readonly tell: (line: string) => void;
}

/** The whole system as processes, with its own servers, and a proxy on each line between two of them. */
export class World {
  readonly members: Member[] = [];
  readonly apiKey = `chaos_${randomBytes(24).toString('hex')}`;
  /** The servers are being broken by somebody: no other may. */
  readonly taken = { database: false, broker: false };
  private readonly proxies: TcpProxy[] = [];
  private keeper: NodeJS.Timeout | undefined;
  private databaseHandle: Database | undefined;

  private constructor(
    readonly home: string,
    readonly effects: EffectLog,
    private readonly options: WorldOptions,
    private postgres: PrivateServer,
    private rabbitmq: PrivateRabbitmq,
  ) {}

  static async create(options: WorldOptions): Promise<World> {
    const { terraform, tell } = options;
    const home = await mkdtemp(join(tmpdir(), 'berth-chaos-'));
    // Users of runs pass it, on their way to their slots.
    await chmod(home, 0o711);
    const effects = await EffectLog.in(join(home, 'effects'));
    const [postgres, rabbitmq] = await Promise.all([
      startPrivatePostgres({
        dataDir: join(home, 'postgres'),
        onProgress: (line) => {
          tell(`PostgreSQL: ${line}`);
        },
        settings: { max_connections: '300' },
      }),
      startPrivateRabbitmq({
        dataDir: join(home, 'rabbitmq'),
        cacheDir: CACHE,
        plugins: ['rabbitmq_management'],
        onProgress: (line) => {
          tell(`RabbitMQ: ${line}`);
        },
      }),
    ]);
    const world = new World(home, effects, options, postgres, rabbitmq);
    try {
      await world.enlist(await effects.recordingTerraform(join(home, 'bin'), await realpath(terraform)));
      await world.startMembers();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  /** The checker's own way to the database, by no proxy. */
  async database(): Promise<Database> {
    this.databaseHandle ??= await connectDatabase({
      url: this.postgres.url,
      applicationName: 'berth chaos',
      poolSize: 2,
      waitMs: 60_000,
      warn: () => undefined,
    });
    return this.databaseHandle;
  }

  of(...roles: readonly Role[]): Member[] {
    return this.members.filter(({ role }) => roles.includes(role));
  }

  get apiUrls(): string[] {
    return this.of('api').map(({ process }) => process.url);
  }

  /** PostgreSQL as after a crash, down for so long. */
  async crashPostgres(downMs: number, pause: (ms: number) => Promise<void>): Promise<void> {
    const { port } = this.postgres;
    await this.postgres.kill();
    await pause(downMs);
    this.postgres = await startPrivatePostgres({
      dataDir: join(this.home, 'postgres'),
      port,
      settings: { max_connections: '300' },
    });
  }

  /** RabbitMQ killed, with no time to put anything in order. */
  async crashRabbitmq(downMs: number, pause: (ms: number) => Promise<void>): Promise<void> {
    // Its clients know where it is, and where its management is.
    const { port, managementUrl = '' } = this.rabbitmq;
    await this.rabbitmq.kill();
    await pause(downMs);
    this.rabbitmq = await startPrivateRabbitmq({
      dataDir: join(this.home, 'rabbitmq'),
      cacheDir: CACHE,
      port,
      managementPort: Number(new URL(managementUrl).port),
      plugins: ['rabbitmq_management'],
    });
  }

  /** Runs rabbitmqctl. */
  async control(...args: string[]): Promise<void> {
    await this.rabbitmq.control(...args);
  }

  /** Every connection that the broker lists now. */
  async closeConnections(): Promise<void> {
    const { origin, username, password } = new URL(this.rabbitmq.managementUrl ?? '');
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const ask = async (method: string, path: string): Promise<Response> =>
      fetch(`${origin}/api/connections${path}`, {
        method,
        headers: { authorization },
        signal: AbortSignal.timeout(MANAGEMENT_MS),
      });
    const connections = (await (await ask('GET', '')).json()) as { name: string }[];
    // One that has gone meanwhile, or whose client is frozen, answers late or never.
    await Promise.allSettled(
      connections.map(async ({ name }) => ask('DELETE', `/${encodeURIComponent(name)}`)),
    );
  }

  /** A loaded server may not take our own connection in time: then once more. */
  async terminateBackends(): Promise<void> {
    await waitFor('the database to take a connection', async () => {
      try {
        const database = await this.database();
        return await database.rows(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where pid <> pg_backend_pid() and application_name <> 'berth chaos' and backend_type = 'client backend'`,
        );
      } catch (error) {
        if (error instanceof DatabaseUnavailable) {
          return null;
        }
        throw error;
      }
    });
  }

  /** Everything is mended and up, and stays so. */
  async heal(): Promise<void> {
    for (const proxy of this.proxies) {
      proxy.mend();
    }
    for (const member of this.members) {
      member.process.signal('SIGCONT');
      member.allowUp();
    }
    await Promise.all(this.members.map(async (member) => member.ready(READY_MS)));
  }

  /** Once all is at rest: of what runs have started, what is alive still. */
  async leftProcesses(): Promise<string[]> {
    return leftProcesses(this.agentHomes);
  }

  private get agentHomes(): string[] {
    return this.of('agent').map(({ name }) => join(this.home, name));
  }

  /** Leaves no process behind: an apply would outlive its agent, and so would its door to its state. The home stays where it is wanted for a look. */
  async stop(keepHome = false): Promise<void> {
    clearInterval(this.keeper);
    for (const { process } of this.members) {
      process.signal('SIGCONT');
    }
    await Promise.all(this.members.map(async (member) => member.down('SIGKILL')));
    await endProcessesOfRuns(this.agentHomes);
    await this.databaseHandle?.close();
    await Promise.all(this.proxies.map(async (proxy) => proxy.close()));
    await Promise.all([this.postgres.stop(), this.rabbitmq.stop()]);
    if (!keepHome) {
      await removeAll(this.home);
    }
  }

  private async enlist(binaries: string): Promise<void> {
    const { crew, pace } = this.options;
    const agentToken = `chaos_${randomBytes(24).toString('hex')}`;
    const common = { PATH: process.env['PATH'] ?? '', HOME: this.home, BERTH_LOG_LEVEL: 'info' };
    const keys = {
      BERTH_API_KEY: this.apiKey,
      BERTH_AGENT_TOKEN: agentToken,
      BERTH_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      BERTH_STORAGE_DIR: join(this.home, 'storage'),
      BERTH_BROKER_MANAGEMENT_URL: this.rabbitmq.managementUrl ?? '',
      BERTH_BROKER_RIGHTS: 'require',
    };
    const agentsAddress = new URL(this.rabbitmq.url);
    [agentsAddress.username, agentsAddress.password] = ['', ''];
    for (const role of ['api', 'registry', 'scheduler'] as const) {
      for (let n = 1; n <= crew[role]; n += 1) {
        const database = await this.proxyTo(this.postgres.url);
        const broker = await this.proxyTo(this.rabbitmq.url);
        const settings = {
          ...common,
          DATABASE_URL: database.through(this.postgres.url),
          AMQP_URL: broker.through(this.rabbitmq.url),
          ...(role === 'api' ? keys : pace[role]),
        };
        await this.add(role, n, settings, { database, broker });
      }
    }
    for (let n = 1; n <= crew.agent; n += 1) {
      const apiUrl = this.apiUrls[n % crew.api] ?? '';
      const broker = await this.proxyTo(this.rabbitmq.url);
      const api = await this.proxyTo(apiUrl);
      const settings = {
        ...common,
        ...pace.agent,
        PATH: `${binaries}:${common.PATH}`,
        AMQP_URL: broker.through(agentsAddress.href),
        BERTH_API_URL: api.through(apiUrl),
        BERTH_AGENT_TOKEN: agentToken,
        BERTH_AGENT_ID: `agent-${n}`,
        BERTH_POD_NAME: `pod-${n}`,
        BERTH_AGENT_HOME: join(this.home, `agent-${n}`),
        BERTH_RUN_WRITES: this.effects.folder,
        // Some come back to the same disk after a stop, some do not.
        BERTH_AGENT_KEEPS_SLOTS: String(n % 2 === 0),
      };
      await this.add('agent', n, settings, { broker, api });
    }
  }

  private async add(
    role: Role,
    n: number,
    settings: Readonly<Record<string, string>>,
    lines: Member['lines'],
  ): Promise<void> {
    const name = `${role}-${n}`;
    const service = new ServiceProcess(
      name,
      await freePort(),
      role,
      settings,
      join(this.home, `${name}.log`),
    );
    this.members.push(new Member(role, service, lines));
  }

  private async proxyTo(url: string): Promise<TcpProxy> {
    const { hostname: host, port } = new URL(url);
    const proxy = await TcpProxy.to({ host, port: Number(port) });
    this.proxies.push(proxy);
    return proxy;
  }

  private async startMembers(): Promise<void> {
    const keepUp = (): void => {
      this.members.forEach((member) => {
        member.keepUp();
      });
    };
    keepUp();
    this.keeper = setInterval(keepUp, KEEP_UP_MS);
    await Promise.all(this.members.map(async (member) => member.ready(READY_MS)));
  }
}
