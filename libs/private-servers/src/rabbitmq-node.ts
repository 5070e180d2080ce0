import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { becomesReady, startDaemon, stopDaemon } from './processes/daemon.js';
import type { Daemon, StopStep } from './processes/daemon.js';
import { rememberProcesses } from './processes/leftovers.js';
import type { RememberedProcess } from './processes/leftovers.js';
import { identify } from './processes/process-identity.js';
import { speaksAmqp } from './amqp-answer.js';
import type { RabbitmqInstallation } from './rabbitmq-installation.js';
import { nodeEnvironment, nodeMark } from './rabbitmq-settings.js';
import type { NodePorts } from './rabbitmq-settings.js';

/** A broker and the epmd that it needs, both our children. */
export interface RabbitmqNode {
  broker: Daemon;
  epmd: Daemon;
}

interface NodeOptions {
  dataDir: string;
  logFile: string;
  ports: NodePorts;
  signal?: AbortSignal | undefined;
}

/** A slow machine under load; an idle one needs five seconds. */
const READY_DEADLINE_MS = 120_000;
/** Each call boots an Erlang of its own, which takes long on a machine under load. */
const CONTROL_DEADLINE_MS = 180_000;

/** Where the two processes of the node are written down, for the start after one that was killed. */
export function nodeProcessesFile(dataDir: string): string {
  return join(dataDir, 'processes.json');
}

/** Starts epmd, then the broker, and waits until it answers; undefined when it ended instead. */
export async function startNode(
  { server, epmd: epmdFile, env }: RabbitmqInstallation,
  { dataDir, logFile, ports, signal }: NodeOptions,
): Promise<RabbitmqNode | undefined> {
  const nodeEnv = { ...env, ...nodeEnvironment(dataDir, ports) };
  const epmdArgs = ['-port', String(ports.epmd), '-address', '127.0.0.1'];
  // Without one the broker would start its own, which would stay behind as a daemon of its own.
  const epmd = await startDaemon({ file: epmdFile, args: epmdArgs, env: nodeEnv, cwd: dataDir, logFile });
  let node: RabbitmqNode | undefined;
  try {
    await writeDown(dataDir, [['epmd', epmd, epmdArgs.join(' ')]]);
    const broker = await startDaemon({
      file: server,
      args: nodeMark(dataDir),
      env: nodeEnv,
      cwd: dataDir,
      logFile,
    });
    node = { broker, epmd };
    await writeDown(dataDir, [
      ['rabbitmq', broker, nodeMark(dataDir).join(' ')],
      ['epmd', epmd, epmdArgs.join(' ')],
    ]);
    const isReady = async () => speaksAmqp(ports.amqp);
    if (await becomesReady(broker, isReady, { deadlineMs: READY_DEADLINE_MS, everyMs: 100, signal })) {
      return node;
    }
  } catch (error) {
    await (node ? stopNode(node, UNREADY_GRACE_MS) : stopDaemon(epmd, QUICKLY));
    throw error;
  }
  await stopNode(node, UNREADY_GRACE_MS);
  return undefined;
}

/** Erlang loses a SIGTERM that comes while it boots; what is not ready yet has nothing to put in order either. */
const UNREADY_GRACE_MS = 1_000;
const QUICKLY: readonly StopStep[] = [
  ['SIGTERM', 3_000],
  ['SIGKILL', 3_000],
];

/** Ends the broker, then epmd; SIGTERM to the broker is a clean stop. */
export async function stopNode({ broker, epmd }: RabbitmqNode, graceMs = 30_000): Promise<void> {
  try {
    await stopDaemon(broker, [
      ['SIGTERM', graceMs],
      ['SIGKILL', 5_000],
    ]);
  } finally {
    await stopDaemon(epmd, QUICKLY);
  }
}

/** Runs rabbitmqctl against the node. @throws Error with what it said */
export async function controlNode(
  { server, env }: RabbitmqInstallation,
  { dataDir, ports }: Pick<NodeOptions, 'dataDir' | 'ports'>,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await execa(join(dirname(server), 'rabbitmqctl'), args, {
    env: { ...env, ...nodeEnvironment(dataDir, ports) },
    extendEnv: false,
    cwd: dataDir,
    stdin: 'ignore',
    timeout: CONTROL_DEADLINE_MS,
  });
  return stdout;
}

async function writeDown(
  dataDir: string,
  daemons: (readonly [name: string, daemon: Daemon, mark: string])[],
): Promise<void> {
  const processes: RememberedProcess[] = [];
  for (const [name, { pid }, mark] of daemons) {
    const identity = await identify(pid);
    if (identity) {
      processes.push({ name, mark, ...identity });
    }
  }
  rememberProcesses(nodeProcessesFile(dataDir), processes);
}
