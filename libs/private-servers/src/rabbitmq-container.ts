import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { becomesReady, startDaemon, stopDaemon } from './processes/daemon.js';
import { lastLines } from './processes/log-file.js';
import { speaksAmqp } from './amqp-answer.js';
import { freePort } from './free-port.js';
import { pathHash } from './own-directory.js';
import type { PrivateRabbitmq } from './private-server.js';
import { brokerDefinitions, RABBITMQ_ADMIN, RABBITMQ_USER } from './rabbitmq-settings.js';
import type { BrokerPasswords } from './rabbitmq-settings.js';

const IMAGE = 'rabbitmq:4-management';
const DEFINITIONS_INSIDE = '/etc/rabbitmq/berth-definitions.json';
const PULL_DEADLINE_MS = 600_000;
const READY_DEADLINE_MS = 120_000;
const CONTROL_DEADLINE_MS = 180_000;

interface ContainerOptions {
  dataDir: string;
  logFile: string;
  passwords: BrokerPasswords;
  port?: number | undefined;
  managementPort?: number | undefined;
  onProgress: (message: string) => void;
  signal?: AbortSignal | undefined;
}

/** Whether there is a Docker engine that we may use. */
export async function dockerAnswers(): Promise<boolean> {
  const { exitCode } = await execa('docker', ['info'], { reject: false, timeout: 15_000, stdio: 'ignore' });
  return exitCode === 0;
}

/** Runs the broker in a container, in the foreground of a child, with its data in a volume named after `dataDir`. */
export async function startRabbitmqContainer(options: ContainerOptions): Promise<PrivateRabbitmq> {
  const { dataDir, logFile, passwords, onProgress, signal } = options;
  const name = `berth-rabbitmq-${pathHash(dataDir)}`;
  const remove = () => execa('docker', ['rm', '--force', name], { reject: false, timeout: 30_000 });
  // A killed launcher leaves its container behind.
  await remove();
  onProgress(`pulling ${IMAGE} for Docker`);
  await execa('docker', ['pull', '--quiet', IMAGE], {
    timeout: PULL_DEADLINE_MS,
    ...(signal ? { cancelSignal: signal } : {}),
  });

  const port = options.port ?? (await freePort());
  const management = options.managementPort ?? (await freePort());
  const files = { definitions: join(dataDir, 'definitions.json'), config: join(dataDir, 'container.conf') };
  // The broker runs as another user in there, and has to read them; the folder above is for its owner alone.
  await writeFile(files.definitions, brokerDefinitions(passwords), { mode: 0o644 });
  await writeFile(files.config, `load_definitions = ${DEFINITIONS_INSIDE}\n`, { mode: 0o644 });
  const daemon = await startDaemon({
    file: 'docker',
    args: [
      'run',
      '--rm',
      `--name=${name}`,
      // The broker files its data under its host's name.
      '--hostname=berth',
      `--volume=${files.definitions}:${DEFINITIONS_INSIDE}:ro`,
      `--volume=${files.config}:/etc/rabbitmq/conf.d/40-berth.conf:ro`,
      `--volume=${name}:/var/lib/rabbitmq`,
      `--publish=127.0.0.1:${port}:5672`,
      `--publish=127.0.0.1:${management}:15672`,
      IMAGE,
    ],
    env: process.env,
    logFile,
  });
  const stop = async (graceMs: number) => {
    // Docker's client passes SIGTERM on to the broker; should that not help, the container is removed.
    await stopDaemon(daemon, [['SIGTERM', graceMs]]).catch(() => undefined);
    await remove();
    await stopDaemon(daemon, [['SIGKILL', 5_000]]);
  };
  let isUp = false;
  try {
    const isReady = async () => speaksAmqp(port);
    isUp = await becomesReady(daemon, isReady, { deadlineMs: READY_DEADLINE_MS, everyMs: 200, signal });
  } finally {
    if (!isUp) {
      await stop(5_000);
    }
  }
  if (!isUp) {
    const tail = (await lastLines(logFile, 15)).join('\n');
    throw new Error(`RabbitMQ did not start in its container; the end of ${logFile}:\n${tail}`);
  }
  return {
    url: `amqp://${RABBITMQ_USER}:${passwords.user}@127.0.0.1:${port}`,
    managementUrl: `http://${RABBITMQ_ADMIN}:${passwords.admin}@127.0.0.1:${management}`,
    port,
    pid: daemon.pid,
    exited: daemon.exited,
    control: async (...args) =>
      (await execa('docker', ['exec', name, 'rabbitmqctl', ...args], { timeout: CONTROL_DEADLINE_MS }))
        .stdout,
    stop: () => stop(30_000),
    kill: () => stop(0),
  };
}
