import { BrokerConnection, brokerProviders } from '@berth/messaging';
import { Health, LOGGER, logOfProcess, Metrics, type Logger } from '@berth/observability';
import { Database, openServiceDatabase } from '@berth/persistence';
import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { AgentLogins } from './broker/agent-logins.js';
import { BrokerUsersLoop } from './broker/broker-users.loop.js';
import { BodiesInFlight, roomForAnswer } from './bodies/bodies-in-flight.js';
import { admitFirstKeys } from './auth/first-keys.js';
import { API_ENV, type ApiEnv } from './env.js';
import { RunMasks } from './masking/run-masks.service.js';
import { secretProviders } from './secrets/secret-providers.js';
import { openObjectStore } from './storage/open-object-store.js';
import { StorageSweepLoop } from './storage/storage-sweep.loop.js';
import { OBJECT_STORE, StoredFiles } from './storage/stored-files.service.js';
import { VariablesService } from './variables/variables.service.js';

/** What every part of the api stands on: settings, database, broker, store, secrets. */
@Global()
@Module({})
export class CoreModule implements OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrokerConnection) private readonly broker: BrokerConnection,
  ) {}

  static forEnv(env: ApiEnv): DynamicModule {
    const providers = [
      { provide: API_ENV, useValue: env },
      { provide: Database, useFactory: openDatabase, inject: [API_ENV, LOGGER, Metrics, Health] },
      ...secretProviders(env),
      { provide: BodiesInFlight, useFactory: bodiesInFlight, inject: [API_ENV, Metrics] },
      { provide: OBJECT_STORE, useFactory: openObjectStore, inject: [API_ENV] },
      ...brokerProviders({
        name: 'api publisher',
        url: env.AMQP_URL,
        waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
        queues: [],
      }),
      AgentLogins,
      BrokerUsersLoop,
      IdempotencyService,
      StoredFiles,
      StorageSweepLoop,
      VariablesService,
      RunMasks,
    ];
    return { module: CoreModule, providers, exports: providers };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
    await this.database.close();
  }
}

async function openDatabase(
  env: ApiEnv,
  logger: Logger,
  metrics: Metrics,
  health: Health,
): Promise<Database> {
  const database = await openServiceDatabase(databaseOptions(env), {
    logger: logOfProcess(logger),
    metrics,
    health,
  });
  database.roomFor = roomForAnswer;
  await admitFirstKeys(database, env.BERTH_API_KEY, env.BERTH_AGENT_TOKEN);
  return database;
}

function bodiesInFlight(env: ApiEnv, metrics: Metrics): BodiesInFlight {
  return new BodiesInFlight({ maxBytes: env.BERTH_BODIES_IN_FLIGHT_MB * 1024 * 1024, metrics });
}

function databaseOptions(env: ApiEnv) {
  return {
    url: env.DATABASE_URL,
    applicationName: 'berth api',
    poolSize: env.BERTH_DATABASE_POOL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
  };
}
