import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from './processes/log-file.js';
import { endLeftovers } from './processes/leftovers.js';
import { freePort, isPortFree } from './free-port.js';
import { createPassword, readPassword } from './password-file.js';
import type { PrivateRabbitmq, PrivateServerOptions } from './private-server.js';
import { dockerAnswers, startRabbitmqContainer } from './rabbitmq-container.js';
import { findRabbitmq } from './rabbitmq-installation.js';
import type { RabbitmqInstallation } from './rabbitmq-installation.js';
import { controlNode, nodeProcessesFile, startNode, stopNode } from './rabbitmq-node.js';
import type { RabbitmqNode } from './rabbitmq-node.js';
import { RABBITMQ_ADMIN, RABBITMQ_USER, writeNodeFiles } from './rabbitmq-settings.js';
import type { BrokerPasswords, NodePorts } from './rabbitmq-settings.js';

export interface PrivateRabbitmqOptions extends PrivateServerOptions {
  /** Where an unpacked RabbitMQ is kept for all further starts; in `dataDir` by default. */
  cacheDir?: string;
  /** As `rabbitmq_management` and `rabbitmq_prometheus`; none by default. */
  plugins?: readonly string[];
  /** Of the management, where a client knows it already; a free one by default. */
  managementPort?: number | undefined;
}

const STARTS = 3;

/** Starts a RabbitMQ of our own on loopback: installed, unpacked or in a container; its queues are kept. */
export async function startPrivateRabbitmq(options: PrivateRabbitmqOptions): Promise<PrivateRabbitmq> {
  const { onProgress = () => undefined, signal } = options;
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const logFile = options.logFile ?? join(dataDir, 'rabbitmq.log');
  await endPrivateRabbitmq(dataDir, signal);

  const cacheDir = options.cacheDir ?? join(dataDir, 'cache');
  let whyNot = '';
  const installation = await findRabbitmq({ cacheDir, onProgress, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    whyNot = ` (a private copy could not be unpacked: ${error instanceof Error ? error.message : String(error)})`;
    return undefined;
  });
  const passwords = {
    user: await preparePassword(dataDir, 'password'),
    admin: await preparePassword(dataDir, 'admin-password'),
  };
  if (installation !== undefined) {
    return startUntilReady(installation, { ...options, dataDir, logFile, passwords });
  }
  if (await dockerAnswers()) {
    return startRabbitmqContainer({ ...options, dataDir, logFile, passwords, onProgress });
  }
  throw new Error(
    `there is no RabbitMQ to run${whyNot}. Ways to go on: install the package rabbitmq-server ` +
      '(its binaries are enough, its service need not run), set AMQP_URL to a broker of yours, or start Docker',
  );
}

/** Ends the broker that a killed start has left on this folder; a container is ended by the next start instead. */
export async function endPrivateRabbitmq(dataDir: string, signal?: AbortSignal): Promise<void> {
  await endLeftovers(nodeProcessesFile(dataDir), { signal });
}

/** The broker learns its users' passwords at every start. */
async function preparePassword(dataDir: string, name: string): Promise<string> {
  const file = join(dataDir, name);
  return (await readPassword(file)) ?? createPassword(file);
}

async function startUntilReady(
  installation: RabbitmqInstallation,
  options: PrivateRabbitmqOptions & { dataDir: string; logFile: string; passwords: BrokerPasswords },
): Promise<PrivateRabbitmq> {
  const { dataDir, logFile, passwords, plugins = [], signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const ports = await choosePorts(options, plugins);
    await writeNodeFiles(dataDir, { ports, passwords, plugins });
    const node = await startNode(installation, { dataDir, logFile, ports, signal });
    if (node !== undefined) {
      return asPrivateServer(node, { installation, ports, passwords, dataDir });
    }
    // Between finding a port and listening on it, somebody else may have taken it.
    const taken = !(await allFree(ports));
    if (!taken || options.port !== undefined || attempt === STARTS) {
      const tail = (await lastLines(logFile, 15)).join('\n');
      throw new Error(`RabbitMQ did not start; the end of ${logFile}:\n${tail}`);
    }
  }
}

async function choosePorts(
  { port: amqp, managementPort }: Pick<PrivateRabbitmqOptions, 'port' | 'managementPort'>,
  plugins: readonly string[],
): Promise<NodePorts> {
  return {
    amqp: amqp ?? (await freePort()),
    distribution: await freePort(),
    epmd: await freePort(),
    management: plugins.includes('rabbitmq_management') ? (managementPort ?? (await freePort())) : undefined,
    prometheus: plugins.includes('rabbitmq_prometheus') ? await freePort() : undefined,
  };
}

async function allFree(ports: NodePorts): Promise<boolean> {
  const numbers = Object.values(ports).filter((port): port is number => typeof port === 'number');
  return (await Promise.all(numbers.map(isPortFree))).every(Boolean);
}

function asPrivateServer(
  node: RabbitmqNode,
  {
    installation,
    ports,
    passwords,
    dataDir,
  }: { installation: RabbitmqInstallation; ports: NodePorts; passwords: BrokerPasswords; dataDir: string },
): PrivateRabbitmq {
  const forget = () => rm(nodeProcessesFile(dataDir), { force: true });
  const { management, prometheus } = ports;
  return {
    url: `amqp://${RABBITMQ_USER}:${passwords.user}@127.0.0.1:${ports.amqp}`,
    port: ports.amqp,
    pid: node.broker.pid,
    exited: node.broker.exited,
    control: async (...args) => controlNode(installation, { dataDir, ports }, args),
    stop: async () => {
      await stopNode(node);
      await forget();
    },
    kill: async () => {
      await stopNode(node, 0);
      await forget();
    },
    ...(management === undefined
      ? {}
      : { managementUrl: `http://${RABBITMQ_ADMIN}:${passwords.admin}@127.0.0.1:${management}` }),
    ...(prometheus === undefined ? {} : { prometheusUrl: `http://127.0.0.1:${prometheus}/metrics` }),
  };
}
