import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, startPrivatePostgres, startPrivateRabbitmq } from '@berth/private-servers';
import { connectDatabase, type Database } from '@berth/persistence';
import { ServiceProcess } from '../test/support/service-process.js';
import { stopOnSignal } from './stop-on-signal.js';

/** What builds for workers need: an api, a scheduler and a registry, with servers of their own and all limits as they are. */
export interface BuildPlatform {
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Of the pool `default`. */
  readonly agentToken: string;
  readonly apiPid: number;
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  /** Where each service that listens is called. */
  readonly urls: Readonly<Record<string, string>>;
  /** The process id of each service and server that runs. */
  readonly pids: Readonly<Record<string, number>>;
  readonly database: Database;
  /** Starts the services that do not run, or those named. */
  start(names?: readonly string[]): Promise<void>;
  /** Ends the services, as an operator does; the servers run on. */
  rest(): Promise<void>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** @param wanted services, one more than once where it is to have several processes; whoever plays the scheduler's part wants the api alone */
export async function startBuildPlatform(
  wanted: readonly string[] = ['api', 'scheduler', 'registry'],
): Promise<BuildPlatform> {
  const home = await mkdtemp(join(tmpdir(), 'berth-bench-'));
  const undo: (() => Promise<unknown>)[] = [async () => rm(home, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      await step();
    }
  };
  stopOnSignal(stop);
  try {
    const onProgress = (line: string): void => {
      console.error(line);
    };
    const postgres = await startPrivatePostgres({ dataDir: join(home, 'postgres'), onProgress });
    undo.push(async () => postgres.stop());
    const cacheDir = resolve('.berth/cache/rabbitmq');
    const rabbitmq = await startPrivateRabbitmq({ dataDir: join(home, 'rabbitmq'), cacheDir, onProgress });
    undo.push(async () => rabbitmq.stop());
    const apiKey = `bench_${randomBytes(24).toString('hex')}`;
    const agentToken = `agent_${randomBytes(24).toString('hex')}`;
    const base = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      DATABASE_URL: postgres.url,
      AMQP_URL: rabbitmq.url,
      BERTH_LOG_LEVEL: 'warn',
    };
    const own: Record<string, Record<string, string>> = {
      api: {
        BERTH_API_KEY: apiKey,
        BERTH_AGENT_TOKEN: agentToken,
        BERTH_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        BERTH_STORAGE_DIR: join(home, 'storage'),
      },
      scheduler: {},
      registry: {},
    };
    const services: ServiceProcess[] = [];
    for (const [index, app] of wanted.entries()) {
      const name = wanted.indexOf(app) === index ? app : `${app}-${index}`;
      const service = new ServiceProcess(
        name,
        await freePort(),
        app,
        { ...base, ...own[app] },
        join(home, `${name}.log`),
      );
      services.push(service);
      undo.push(async () => service.end('SIGTERM'));
    }
    const start = async (names: readonly string[] = services.map(({ name }) => name)): Promise<void> => {
      for (const service of services.filter(({ name, isRunning }) => names.includes(name) && !isRunning)) {
        service.start();
        await service.ready();
      }
    };
    const rest = async (): Promise<void> => {
      await Promise.all(services.map(async (service) => service.end('SIGTERM')));
    };
    await start();
    const database = await connectDatabase({
      url: postgres.url,
      applicationName: 'berth bench',
      poolSize: 2,
      waitMs: READY_MS,
      warn: () => undefined,
    });
    undo.push(async () => database.close());
    const [api] = services;
    if (api === undefined) {
      throw new Error('there is no api');
    }
    return {
      apiUrl: api.url,
      amqpUrl: rabbitmq.url,
      databaseUrl: postgres.url,
      urls: Object.fromEntries(services.map(({ name, url }) => [name, url])),
      apiKey,
      agentToken,
      database,
      get apiPid() {
        return api.pid;
      },
      get pids() {
        const pids: Record<string, number> = { PostgreSQL: postgres.pid, RabbitMQ: rabbitmq.pid };
        for (const { name, pid } of services.filter(({ isRunning }) => isRunning)) {
          pids[name] = pid;
        }
        return pids;
      },
      start,
      rest,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
