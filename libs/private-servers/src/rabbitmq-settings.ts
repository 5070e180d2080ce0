import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { pathHash } from './own-directory.js';

/** As whom services connect: a user without a tag, who may manage nothing. */
export const RABBITMQ_USER = 'berth';
/** Gives and takes the users of agents' sessions. */
export const RABBITMQ_ADMIN = 'berth-admin';
/** Always the same: the node's data is filed under it, and by its own epmd it meets no other node. */
const NODE_NAME = 'berth@localhost';
const MEBIBYTE = 1024 * 1024;

export interface NodePorts {
  amqp: number;
  distribution: number;
  epmd: number;
  management?: number | undefined;
  prometheus?: number | undefined;
}

/** Of the two users. */
export interface BrokerPasswords {
  readonly user: string;
  readonly admin: string;
}

/** The node's rabbitmq.conf: loopback only, and modest about memory and disk. */
export function nodeConfig(ports: NodePorts, definitionsFile: string, totalMemory = totalmem()): string {
  const memory = Math.floor(Math.min(1024 * MEBIBYTE, totalMemory * 0.4));
  const lines = [
    `listeners.tcp.local = 127.0.0.1:${ports.amqp}`,
    // They stand in the place of a default user, and count at every start.
    `load_definitions = ${definitionsFile}`,
    `vm_memory_high_watermark.absolute = ${memory}`,
    `disk_free_limit.absolute = ${64 * MEBIBYTE}`,
    // A quarter of the default: the log of a quorum queue fills its file before it is cut.
    `raft.wal_max_size_bytes = ${128 * MEBIBYTE}`,
  ];
  if (ports.management !== undefined) {
    lines.push('management.tcp.ip = 127.0.0.1', `management.tcp.port = ${ports.management}`);
  }
  if (ports.prometheus !== undefined) {
    lines.push('prometheus.tcp.ip = 127.0.0.1', `prometheus.tcp.port = ${ports.prometheus}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The broker's users, with what RabbitMQ keeps of their passwords (rabbit_password_hashing_sha256). */
export function brokerDefinitions(passwords: BrokerPasswords): string {
  const everything = { configure: '.*', write: '.*', read: '.*' };
  const user = (name: string, password: string, tags: string) => ({
    name,
    tags,
    password_hash: hashOf(password),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
  });
  return JSON.stringify({
    vhosts: [{ name: '/' }],
    users: [user(RABBITMQ_USER, passwords.user, ''), user(RABBITMQ_ADMIN, passwords.admin, 'administrator')],
    permissions: [RABBITMQ_USER, RABBITMQ_ADMIN].map((name) => ({ user: name, vhost: '/', ...everything })),
  });
}

function hashOf(password: string): string {
  const salt = randomBytes(4);
  return Buffer.concat([salt, createHash('sha256').update(salt).update(password).digest()]).toString(
    'base64',
  );
}

/** Arguments that mean nothing to RabbitMQ and stand in the command line of this node and of no other. */
export function nodeMark(dataDir: string): string[] {
  return ['-berth', pathHash(dataDir)];
}

/** The whole environment of the node. Nothing that the host has set for its own broker may pass. */
export function nodeEnvironment(dataDir: string, ports: NodePorts): Record<string, string> {
  return {
    LANG: 'C.UTF-8',
    // The cookie is made there at the first start.
    HOME: join(dataDir, 'home'),
    RABBITMQ_NODENAME: NODE_NAME,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_MNESIA_BASE: join(dataDir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dataDir, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(dataDir, 'rabbitmq.pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(dataDir, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(dataDir, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(dataDir, 'rabbitmq-env.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(dataDir, 'advanced.config'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(dataDir, 'generated'),
    RABBITMQ_SCHEMA_DIR: join(dataDir, 'schema'),
    // Makes RabbitMQ's script become the server instead of waiting for it: one process, whose pid we know.
    RUNNING_UNDER_SYSTEMD: 'true',
  };
}

/** Writes the files that the environment names. */
export async function writeNodeFiles(
  dataDir: string,
  { ports, passwords, plugins }: { ports: NodePorts; passwords: BrokerPasswords; plugins: readonly string[] },
): Promise<void> {
  for (const folder of ['home', 'mnesia', 'log', 'generated', 'schema']) {
    await mkdir(join(dataDir, folder), { recursive: true, mode: 0o700 });
  }
  const files = {
    'definitions.json': brokerDefinitions(passwords),
    'rabbitmq.conf': nodeConfig(ports, join(dataDir, 'definitions.json')),
    enabled_plugins: `[${plugins.join(',')}].\n`,
    'rabbitmq-env.conf': '',
    'advanced.config': '[].\n',
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(dataDir, name), content, { mode: 0o600 });
  }
}
