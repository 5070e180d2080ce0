import { mkdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { becomesReady, startDaemon, stopDaemon } from './processes/daemon.js';
import type { Daemon } from './processes/daemon.js';
import { lastLines } from './processes/log-file.js';
import { freePort, isPortFree } from './free-port.js';
import { createPassword, readPassword } from './password-file.js';
import { askPostgres } from './postgres-answer.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import {
  POSTGRES_DATABASE,
  POSTGRES_USER,
  clusterVersion,
  createCluster,
  replacePassword,
} from './postgres-cluster.js';
import { endPostgresLeftover } from './postgres-leftover.js';
import { clusterOf, placePostgres, placedCommand } from './postgres-placement.js';
import type { PostgresPlacement } from './postgres-placement.js';
import type { PrivateServer, PrivateServerOptions } from './private-server.js';

export interface PrivatePostgresOptions extends PrivateServerOptions {
  /** Settings of the server as in postgresql.conf; durability stays on unless it is switched off here. */
  settings?: Record<string, string>;
  /** Whether its user may make databases beside `berth`, as tests do. */
  createsDatabases?: boolean;
}

/** A crash that left much to recover takes its time; nothing else does. */
const READY_DEADLINE_MS = 90_000;
const STARTS = 3;

/** Starts a PostgreSQL of our own on loopback, with a database `berth`; data of an earlier start is kept. */
export async function startPrivatePostgres(options: PrivatePostgresOptions): Promise<PrivateServer> {
  const { settings = {}, createsDatabases = false, onProgress = () => undefined, signal } = options;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  // The one spelling that also stands in the server's command line and in /proc.
  const dataDir = await realpath(options.dataDir);
  const logFile = options.logFile ?? join(dataDir, 'postgres.log');
  const binaries = await findPostgresBinaries(await clusterVersion(await clusterOf(dataDir)));
  const placement = await placePostgres(dataDir, binaries, onProgress);
  await endPostgresLeftover(placement.cluster, signal);
  const password = await prepareCluster(placement, join(dataDir, 'password'), {
    onProgress,
    durable: settings['fsync'] !== 'off',
    createsDatabases,
    signal,
  });

  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const daemon = await startServer(placement, { port, settings, logFile });
    if (await comesUp(daemon, { cluster: placement.cluster, port, signal })) {
      const url = `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${POSTGRES_DATABASE}`;
      return asPrivateServer(daemon, url, port);
    }
    // Between finding a port and listening on it, somebody else may have taken it.
    const portWasTaken = options.port === undefined && !(await isPortFree(port));
    if (!portWasTaken || attempt === STARTS) {
      const tail = (await lastLines(logFile, 15)).join('\n');
      throw new Error(`PostgreSQL did not start; the end of ${logFile}:\n${tail}`);
    }
  }
}

/** Ends the server that a killed start has left on this folder, where none of ours is wanted any more. */
export async function endPrivatePostgres(dataDir: string, signal?: AbortSignal): Promise<void> {
  await endPostgresLeftover(await clusterOf(dataDir), signal);
}

async function prepareCluster(
  placement: PostgresPlacement,
  passwordFile: string,
  options: {
    onProgress: (message: string) => void;
    durable: boolean;
    createsDatabases: boolean;
    signal: AbortSignal | undefined;
  },
): Promise<string> {
  const known = await readPassword(passwordFile);
  if ((await clusterVersion(placement.cluster)) === undefined) {
    options.onProgress('creating its data folder');
    const password = known ?? (await createPassword(passwordFile));
    await createCluster(placement, password, options);
    return password;
  }
  if (known !== undefined) {
    return known;
  }
  const password = await createPassword(passwordFile);
  await replacePassword(placement, password, options.signal);
  return password;
}

async function startServer(
  placement: PostgresPlacement,
  { port, settings, logFile }: { port: number; settings: Record<string, string>; logFile: string },
): Promise<Daemon> {
  const all: Record<string, string> = {
    max_connections: '200',
    // Queue tables fill with dead rows in seconds; once a minute, the default, is too rarely.
    autovacuum_naptime: '10s',
    log_timezone: 'UTC',
    timezone: 'UTC',
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    logging_collector: 'off',
  };
  const command = placedCommand(placement, 'postgres', [
    '-D',
    placement.cluster,
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  return startDaemon({
    ...command,
    logFile,
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] },
  });
}

async function comesUp(
  daemon: Daemon,
  { cluster, port, signal }: { cluster: string; port: number; signal: AbortSignal | undefined },
): Promise<boolean> {
  const isReady = async () => (await holdsItsLock(daemon.pid, cluster)) && (await accepts(port));
  let isUp = false;
  try {
    isUp = await becomesReady(daemon, isReady, { deadlineMs: READY_DEADLINE_MS, signal });
    return isUp;
  } finally {
    if (!isUp) {
      await stopServer(daemon);
    }
  }
}

/** Whether the server has this data, which it has only after it has its port: else another's port may answer. */
async function holdsItsLock(pid: number, cluster: string): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

async function accepts(port: number): Promise<boolean> {
  const asked = { user: POSTGRES_USER, database: POSTGRES_DATABASE, timeoutMs: 2_000 };
  const answer = await askPostgres({ host: '127.0.0.1', port }, asked).catch(() => 'not-yet');
  return answer === 'accepting';
}

function asPrivateServer(daemon: Daemon, url: string, port: number): PrivateServer {
  return {
    url,
    port,
    pid: daemon.pid,
    exited: daemon.exited,
    stop: () => stopServer(daemon),
    // Immediate shutdown: it takes its sessions with it, and the next start recovers.
    kill: () =>
      stopDaemon(daemon, [
        ['SIGQUIT', 6_000],
        ['SIGKILL', 3_000],
      ]),
  };
}

async function stopServer(daemon: Daemon): Promise<void> {
  await stopDaemon(daemon, [
    ['SIGINT', 20_000],
    ['SIGQUIT', 6_000],
    ['SIGKILL', 3_000],
  ]);
}
