import { join } from 'node:path';
import {
  askAmqp,
  askPostgres,
  endPrivatePostgres,
  endPrivateRabbitmq,
  startPrivatePostgres,
  startPrivateRabbitmq,
  waitUntil,
} from '@berth/private-servers';
import type { PrivateRabbitmq, PrivateServer } from '@berth/private-servers';
import type { BerthHome } from './berth-home.js';
import { rotateLog } from './log-rotation.js';
import { amqpAddress, postgresAddress } from './server-address.js';
import { Supervised } from './supervised.js';
import type { SupervisionEvents } from './supervised.js';

/** The database and the broker: ours, or somebody's whose address was given. */
export interface BackingServers {
  databaseUrl: string;
  amqpUrl: string;
  /** Of the broker's management, with an administrator; undefined where none is known. */
  managementUrl: string | undefined;
}

export interface BackingOptions {
  home: BerthHome;
  env: NodeJS.ProcessEnv;
  events: SupervisionEvents;
  signal: AbortSignal;
  /** Told of each private server before it starts, so that it can be stopped even half-way. */
  own: (name: string, server: OwnServer) => void;
}

/** What is looked after of a private server. */
export type OwnServer = Pick<Supervised<PrivateServer>, 'name' | 'running' | 'stop' | 'kill'>;

const REACHABLE_DEADLINE_MS = 15_000;
const ONE_TRY_MS = 3_000;

/** Starts the private servers side by side, or checks that the given ones answer. */
export async function provideServers(options: BackingOptions): Promise<BackingServers> {
  const failed = new AbortController();
  const both = { ...options, signal: AbortSignal.any([options.signal, failed.signal]) };
  const orGiveUp = async <T>(server: Promise<T>) =>
    server.catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  // Both are waited for, also when one fails: nothing may come up behind the back of a start that was given up.
  const [postgres, rabbitmq] = await Promise.allSettled([
    orGiveUp(providePostgres(both)),
    orGiveUp(provideRabbitmq(both)),
  ]);
  failed.signal.throwIfAborted();
  return {
    databaseUrl: postgres.status === 'fulfilled' ? postgres.value : '',
    ...(rabbitmq.status === 'fulfilled' ? rabbitmq.value : { amqpUrl: '', managementUrl: undefined }),
  };
}

async function providePostgres(options: BackingOptions): Promise<string> {
  const given = options.env['DATABASE_URL'];
  if (given !== undefined && given !== '') {
    // A private one may still run, from a start before the variable was set.
    await endPrivatePostgres(options.home.postgres, options.signal);
    const { address, user, database } = postgresAddress(given);
    const ask = () => askPostgres(address, { user, database, timeoutMs: ONE_TRY_MS });
    await reach('DATABASE_URL', `${address.host}:${address.port}`, ask, options);
    return given;
  }
  const server = await supervise('PostgreSQL', 'postgres', options, (serverOptions) =>
    startPrivatePostgres({ dataDir: options.home.postgres, ...serverOptions }),
  );
  return server.url;
}

async function provideRabbitmq(
  options: BackingOptions,
): Promise<Pick<BackingServers, 'amqpUrl' | 'managementUrl'>> {
  const given = options.env['AMQP_URL'];
  if (given !== undefined && given !== '') {
    await endPrivateRabbitmq(options.home.rabbitmq, options.signal);
    const address = amqpAddress(given);
    await reach('AMQP_URL', `${address.host}:${address.port}`, () => askAmqp(address, ONE_TRY_MS), options);
    return { amqpUrl: given, managementUrl: options.env['BERTH_BROKER_MANAGEMENT_URL'] };
  }
  const { rabbitmq, rabbitmqCache } = options.home;
  const plugins = ['rabbitmq_management'];
  const { url: amqpUrl, managementUrl } = await supervise<PrivateRabbitmq>(
    'RabbitMQ',
    'rabbitmq',
    options,
    (serverOptions) =>
      startPrivateRabbitmq({
        dataDir: rabbitmq,
        cacheDir: rabbitmqCache,
        plugins,
        ...serverOptions,
        managementPort: portOf(serverOptions.previous?.managementUrl),
      }),
  );
  return { amqpUrl, managementUrl };
}

function portOf(url: string | undefined): number | undefined {
  return url === undefined ? undefined : Number(new URL(url).port);
}

interface ServerOptions<S> {
  /** A restart keeps what others know of it. */
  previous: S | undefined;
  logFile: string;
  port: number | undefined;
  onProgress: (message: string) => void;
  signal: AbortSignal;
}

async function supervise<S extends PrivateServer>(
  title: string,
  name: string,
  { home, events, signal, own }: BackingOptions,
  start: (options: ServerOptions<S>) => Promise<S>,
): Promise<S> {
  const logFile = join(home.logs, `${name}.log`);
  await rotateLog(logFile);
  const onProgress = (message: string) => {
    events.say(`${title}: ${message}`);
  };
  const begun = performance.now();
  const supervised = new Supervised<S>(
    title,
    (stopped, previous) => start({ logFile, port: previous?.port, previous, onProgress, signal: stopped }),
    events,
  );
  own(name, supervised);
  const server = await supervised.start(signal);
  events.say(`${title} is ready on 127.0.0.1:${server.port} (${secondsSince(begun)})`);
  return server;
}

async function reach(
  variable: string,
  place: string,
  ask: () => Promise<unknown>,
  { events, signal }: BackingOptions,
): Promise<void> {
  let reason = 'no answer';
  const answers = async () =>
    ask().then(
      (answer) => answer !== 'not-yet',
      (error: unknown) => {
        reason = error instanceof Error ? error.message : String(error);
        return false;
      },
    );
  if (!(await waitUntil(answers, { deadlineMs: REACHABLE_DEADLINE_MS, everyMs: 500, signal }))) {
    throw new Error(`${variable} is set, but nothing usable answers at ${place}: ${reason}`);
  }
  events.say(`${variable} is set: using ${place}`);
}

export function secondsSince(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}
