import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startPrivatePostgres, startPrivateRabbitmq } from '@berth/private-servers';
import { connectDatabase } from '@berth/persistence';
import { removeAll } from '../../apps/agent/dist/disk/remove-all.js';
import bundleModules from './jest-modules-setup.mjs';

const TEMPLATE = 'berth_template';
/** Unpacked once, used by every later run. */
const CACHE = resolve(import.meta.dirname, '../../.berth/cache/rabbitmq');
const BUNDLER = resolve(import.meta.dirname, 'service-bundles.mjs');

/**
 * One PostgreSQL and one RabbitMQ for all tests of a run. Each test file has a database cloned from the migrated
 * template and a virtual host of its own. Where DATABASE_URL or AMQP_URL is given, that server is used.
 */
export default async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'berth-test-'));
  // Agents of tests run as other users as well, and so do the runs of some.
  await chmod(home, 0o711);
  const tell = (line) => process.stderr.write(`test servers: ${line}\n`);
  await mkdir(CACHE, { recursive: true });
  const services = process.env.BERTH_TEST_AS_INSTALLED === '1' ? null : join(home, 'services');
  const [postgres, rabbitmq] = await Promise.all([
    process.env.DATABASE_URL
      ? given(process.env.DATABASE_URL)
      : startPrivatePostgres({
          dataDir: join(home, 'postgres'),
          onProgress: tell,
          settings: { fsync: 'off', max_connections: '300' },
          createsDatabases: true,
        }),
    process.env.AMQP_URL
      ? given(process.env.AMQP_URL)
      : startPrivateRabbitmq({
          dataDir: join(home, 'rabbitmq'),
          cacheDir: CACHE,
          plugins: ['rabbitmq_management'],
          onProgress: tell,
        }),
    bundleModules(),
    // A process of its own, as well.
    services && promisify(execFile)(process.execPath, [BUNDLER, services]),
  ]);
  const stop = () => stopAll([postgres, rabbitmq], home);
  globalThis.berthTestServers = { home, stop };
  // Jest ends at once, and the servers would live on.
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.once(signal, () => void stop().finally(() => process.exit(exitCode)));
  }
  await makeTemplate(postgres.url);
  process.env.BERTH_TEST_DATABASE_URL = postgres.url;
  process.env.BERTH_TEST_AMQP_URL = rabbitmq.url;
  process.env.BERTH_TEST_AMQP_MANAGEMENT_URL = rabbitmq.managementUrl ?? managementOf(rabbitmq.url);
  process.env.BERTH_TEST_HOME = home;
  if (services !== null) {
    process.env.BERTH_TEST_SERVICES = services;
  }
}

function given(url) {
  return { url, stop: async () => undefined };
}

/** A broker that is given must have its management plugin where it is by default, or say where. */
function managementOf(amqpUrl) {
  return process.env.AMQP_MANAGEMENT_URL ?? `http://${new URL(amqpUrl).hostname}:15672`;
}

async function makeTemplate(url) {
  const admin = await connectDatabase({
    url,
    applicationName: 'berth test setup',
    poolSize: 2,
    waitMs: 30_000,
    warn: () => undefined,
  });
  await admin.rows(`drop database if exists ${TEMPLATE}`);
  await admin.rows(`create database ${TEMPLATE}`);
  await admin.close();
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${TEMPLATE}`;
  const template = await connectDatabase({
    url: templateUrl.href,
    applicationName: 'berth test setup',
    poolSize: 2,
    waitMs: 30_000,
    warn: () => undefined,
  });
  await template.close();
}

async function stopAll(servers, home) {
  await Promise.all(servers.map((server) => server.stop()));
  // An agent's store of providers is for nobody to write, its owner included.
  await removeAll(home);
}
