import { brokerSettings, ConfigError, databaseSettings, key32, loadEnv, url } from '@berth/config';
import { connectDatabase, type Database } from '@berth/persistence';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { makeSignInLink } from './admin/make-sign-in-link.js';
import { NotNow } from './admin/not-now.js';
import { revokeSigningKeys, rotateDataKey, rotateEncryptionKey } from './admin/rotate-keys.js';
import { WrongEncryptionKey } from './secrets/kept-keys.js';
import { wrapsOf } from './secrets/wraps.js';

const HELP = `Usage: node apps/api/dist/admin.js sign-in-link [--email <address>]
       node apps/api/dist/admin.js rotate-encryption-key
       node apps/api/dist/admin.js rotate-data-key
       node apps/api/dist/admin.js revoke-signing-keys
       node apps/api/dist/admin.js prepare-broker

sign-in-link prints a link that signs somebody in, once and for a day: who has the address, or without one the first
owner of an installation that has none. It reads DATABASE_URL and BERTH_PUBLIC_URL.

rotate-encryption-key wraps the keys that seal with BERTH_ENCRYPTION_KEY (the new one), and not with BERTH_OLD_ENCRYPTION_KEY
any more, while everything runs. After it, each api is started with the new key. It reads DATABASE_URL, too.

rotate-data-key makes a new data key, with which running apis seal everything anew. It reads DATABASE_URL and
BERTH_ENCRYPTION_KEY.

revoke-signing-keys takes away all keys that the identity tokens of runs are signed with, for when one was stolen; the next run
gets a token of a new one. It reads DATABASE_URL.

prepare-broker makes the user of AMQP_URL on the broker, with the rights that api, scheduler and registry need and no tag. It
reads AMQP_URL and BERTH_BROKER_MANAGEMENT_URL (an administrator's), and may be started again at any time.
`;

const LinkEnv = z.object({
  ...databaseSettings,
  BERTH_PUBLIC_URL: url(['http:', 'https:'], 'https://berth.example.com').default('http://127.0.0.1:8080'),
});
const RotationEnv = z.object({
  ...databaseSettings,
  BERTH_ENCRYPTION_KEY: key32('the new key'),
  BERTH_OLD_ENCRYPTION_KEY: key32('the key that the api had until now'),
});

const DatabaseEnv = z.object(databaseSettings);
const DataKeyEnv = z.object({ ...databaseSettings, BERTH_ENCRYPTION_KEY: key32('the key of the api') });

const BrokerEnv = z.object({
  ...brokerSettings,
  BERTH_BROKER_MANAGEMENT_URL: url(['http:', 'https:'], 'http://admin:password@host:15672'),
});

/** What whoever runs Berth does at the database itself. */
async function main(args: string[]): Promise<number> {
  const [verb, ...rest] = args;
  switch (verb) {
    case 'sign-in-link': {
      const { values } = parseArgs({ args: rest, options: { email: { type: 'string' } } });
      const env = loadEnv(LinkEnv, process.env);
      const publicUrl = env.BERTH_PUBLIC_URL.replace(/\/+$/, '');
      const link = await withDatabase(env.DATABASE_URL, async (database) =>
        makeSignInLink(database, publicUrl, values.email),
      );
      process.stdout.write(`${link}\n`);
      return 0;
    }
    case 'rotate-encryption-key': {
      parseArgs({ args: rest, options: {} });
      const env = loadEnv(RotationEnv, process.env);
      const rewrapped = await withDatabase(env.DATABASE_URL, async (database) =>
        rotateEncryptionKey(database, wrapsOf(env)),
      );
      process.stderr.write(
        `${rewrapped} keys wrapped anew: start each api with the new BERTH_ENCRYPTION_KEY now, one after the other\n`,
      );
      return 0;
    }
    case 'rotate-data-key': {
      parseArgs({ args: rest, options: {} });
      const env = loadEnv(DataKeyEnv, process.env);
      const id = await withDatabase(env.DATABASE_URL, async (database) =>
        rotateDataKey(database, wrapsOf({ ...env, BERTH_OLD_ENCRYPTION_KEY: undefined })),
      );
      process.stderr.write(`data key ${id} is made: the api seals everything with it now\n`);
      return 0;
    }
    case 'revoke-signing-keys': {
      parseArgs({ args: rest, options: {} });
      const env = loadEnv(DatabaseEnv, process.env);
      const revoked = await withDatabase(env.DATABASE_URL, revokeSigningKeys);
      process.stderr.write(
        `${revoked} signing keys revoked: clouds refuse what they have signed as soon as they fetch the keys anew\n`,
      );
      return 0;
    }
    case 'prepare-broker': {
      parseArgs({ args: rest, options: {} });
      const env = loadEnv(BrokerEnv, process.env);
      // The other verbs need nothing of the broker, and would wait a second for it.
      const { prepareBroker } = await import('./admin/prepare-broker.js');
      const name = await prepareBroker(env.AMQP_URL, env.BERTH_BROKER_MANAGEMENT_URL);
      process.stderr.write(`the user ${name} is there, without any tag\n`);
      return 0;
    }
    case undefined:
    default:
      process.stderr.write(HELP);
      return verb === undefined || ['help', '--help'].includes(verb) ? 0 : 2;
  }
}

async function withDatabase<T>(databaseUrl: string, work: (database: Database) => Promise<T>): Promise<T> {
  const database = await connectDatabase({
    url: databaseUrl,
    applicationName: 'berth admin',
    poolSize: 2,
    waitMs: 10_000,
    warn: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** A wrong use, which the help is for. */
function isWrongUse(error: unknown): boolean {
  return error instanceof TypeError && String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode =
    isWrongUse(error) ||
    error instanceof ConfigError ||
    error instanceof NotNow ||
    error instanceof WrongEncryptionKey
      ? 2
      : 1;
}
