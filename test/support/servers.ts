import { randomBytes } from 'node:crypto';
import { BrokerManagement, SERVICE_RIGHTS } from '@berth/messaging';
import { connectDatabase, type Database } from '@berth/persistence';
import { Client } from 'pg';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(`${name} is not set: the test servers were not started`);
  }
  return value;
}

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

/** A database of the test file's own, cloned from the migrated template. */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = setting('BERTH_TEST_DATABASE_URL');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await asAdmin(adminUrl, `create database ${name} template berth_template`);
  const database = await connect(url.href, 10);
  return {
    url: url.href,
    database,
    drop: async () => {
      await database.close();
      await dropDatabase(adminUrl, name);
    },
  };
}

/** An empty database, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const adminUrl = setting('BERTH_TEST_DATABASE_URL');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await asAdmin(adminUrl, `create database ${name}`);
  return { url: url.href, drop: async () => dropDatabase(adminUrl, name) };
}

/** `with (force)` is denied to all but superusers while autovacuum is at work there; a plain drop ends that by itself. */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await asAdmin(
    adminUrl,
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '${name}' and usename = current_user`,
  );
  await asAdmin(adminUrl, `drop database ${name}`);
}

export async function connect(url: string, poolSize: number): Promise<Database> {
  return connectDatabase({
    url,
    applicationName: 'berth test',
    poolSize,
    waitMs: 10_000,
    warn: () => undefined,
  });
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const admin = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

export interface TestBroker {
  /** As an administrator. */
  readonly url: string;
  /** As the services connect: a user without a tag. */
  readonly serviceUrl: string;
  /** As agents know it: where it is, and nobody's name. */
  readonly agentUrl: string;
  /** The management API as an administrator. */
  readonly managementUrl: string;
  /** The names of the users who may do something here. */
  users(): Promise<string[]>;
  /** How many messages lie in a queue, null where there is no such queue. */
  depth(queue: string): Promise<number | null>;
  /** Throws away what lies in a queue. */
  purge(queue: string): Promise<void>;
  /** Closes every connection, and says how many there were. */
  closeConnections(): Promise<number>;
  /** What is on the broker: exchanges, queues and bindings of Berth, each as one line, in order. */
  topology(): Promise<string[]>;
  deleteExchange(name: string): Promise<void>;
  deleteQueue(name: string): Promise<void>;
  deleteBinding(exchange: string, queue: string, key: string): Promise<void>;
  drop(): Promise<void>;
}

/** A virtual host of the test file's own. */
export async function testBroker(): Promise<TestBroker> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(setting('BERTH_TEST_AMQP_URL'));
  const user = decodeURIComponent(url.username);
  url.pathname = `/${name}`;
  await management('PUT', `/api/vhosts/${name}`);
  await management('PUT', `/api/permissions/${name}/${encodeURIComponent(user)}`, {
    configure: '.*',
    write: '.*',
    read: '.*',
  });
  const vhostManagement = new BrokerManagement(managementUrl(), name);
  const [serviceUser, servicePassword] = [`services_${name}`, randomBytes(16).toString('hex')];
  await vhostManagement.putUser(serviceUser, servicePassword, SERVICE_RIGHTS);
  const users = async (): Promise<string[]> => {
    const rights = (await management('GET', `/api/vhosts/${name}/permissions`)) as { user: string }[] | null;
    return (rights ?? []).map((one) => one.user);
  };
  return {
    url: url.href,
    serviceUrl: withUser(url, serviceUser, servicePassword),
    agentUrl: withUser(url, '', ''),
    managementUrl: managementUrl(),
    users,
    depth: async (queue) => {
      const answer = await management('GET', `/api/queues/${name}/${encodeURIComponent(queue)}`);
      return answer === null ? null : ((answer as { messages?: number }).messages ?? 0);
    },
    purge: async (queue) => {
      await management('DELETE', `/api/queues/${name}/${encodeURIComponent(queue)}/contents`);
    },
    closeConnections: async () => {
      const connections = (await management('GET', `/api/vhosts/${name}/connections`)) as { name: string }[];
      await Promise.all(
        connections.map(async (one) =>
          management('DELETE', `/api/connections/${encodeURIComponent(one.name)}`),
        ),
      );
      return connections.length;
    },
    topology: async () => {
      const exchanges = (await management('GET', `/api/exchanges/${name}`)) as { name: string }[];
      const queues = (await management('GET', `/api/queues/${name}`)) as { name: string }[];
      const bindings = (await management('GET', `/api/bindings/${name}`)) as Record<string, string>[];
      return [
        ...exchanges.map((one) => `exchange ${one.name}`),
        ...queues.map((one) => `queue ${one.name}`),
        ...bindings.map((one) => `binding ${one['source']} ${one['routing_key']} ${one['destination']}`),
      ]
        .filter((line) => / berth\./.test(line))
        .sort();
    },
    deleteExchange: async (exchange) => {
      await management('DELETE', `/api/exchanges/${name}/${exchange}`);
    },
    deleteQueue: async (queue) => {
      await management('DELETE', `/api/queues/${name}/${queue}`);
    },
    deleteBinding: async (exchange, queue, key) => {
      const props = encodeURIComponent(key);
      await management('DELETE', `/api/bindings/${name}/e/${exchange}/q/${queue}/${props}`);
    },
    drop: async () => {
      const own = (await users()).filter((one) => one === serviceUser || one.startsWith('berth.agent.'));
      await Promise.all(own.map(async (one) => vhostManagement.deleteUser(one)));
      await management('DELETE', `/api/vhosts/${name}`);
    },
  };
}

function withUser(url: URL, username: string, password: string): string {
  const other = new URL(url);
  [other.username, other.password] = [username, password];
  return other.href;
}

/** Of a broker that was given, with the user of its address where the management's names none. */
function managementUrl(): string {
  const url = new URL(setting('BERTH_TEST_AMQP_MANAGEMENT_URL'));
  if (url.username === '') {
    const { username, password } = new URL(setting('BERTH_TEST_AMQP_URL'));
    [url.username, url.password] = [username, password];
  }
  return url.href;
}

async function management(method: string, path: string, body?: object): Promise<unknown> {
  const { origin, username, password } = new URL(managementUrl());
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(15_000),
  });
  if (response.status === 404) {
    return null;
  }
  if (!response.ok) {
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  const text = await response.text();
  return text === '' ? null : (JSON.parse(text) as unknown);
}
