import { BrokerConnection, Publisher } from '@berth/messaging';
import { Health, LOGGER, Metrics, ObservabilityModule, type Logger } from '@berth/observability';
import { connectDatabase, Database } from '@berth/persistence';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AgentMessagesController } from './agent-messages.controller.js';
import { REGISTRY_ENV, type RegistryEnv } from './env.js';
import { LivenessLoop } from './liveness.loop.js';

@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrokerConnection) private readonly broker: BrokerConnection,
    @Inject(LivenessLoop) private readonly liveness: LivenessLoop,
  ) {}

  static forEnv(env: RegistryEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.forService('registry', env.BERTH_LOG_LEVEL)],
      controllers: [AgentMessagesController],
      providers: [
        { provide: REGISTRY_ENV, useValue: env },
        { provide: Database, useFactory: openDatabase, inject: [REGISTRY_ENV, LOGGER, Health] },
        { provide: BrokerConnection, useFactory: brokerConnection, inject: [REGISTRY_ENV, LOGGER, Health] },
        {
          provide: Publisher,
          useFactory: openPublisher,
          inject: [BrokerConnection, LOGGER, Metrics, Database],
        },
        LivenessLoop,
      ],
    };
  }

  /** Begins to judge; called when the service listens. */
  startLoops(): void {
    this.liveness.start();
  }

  /** Before the transport drains: nobody is judged any more. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.liveness.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
    await this.database.close();
  }
}

async function openDatabase(env: RegistryEnv, logger: Logger, health: Health): Promise<Database> {
  const database = await connectDatabase({
    url: env.DATABASE_URL,
    applicationName: 'berth registry',
    poolSize: env.BERTH_DATABASE_POOL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
    warn: (line) => {
      logger.warn(line);
    },
  });
  health.add('database', async () => {
    await database.rows('select 1');
  });
  return database;
}

function brokerConnection(env: RegistryEnv, logger: Logger, health: Health): BrokerConnection {
  const waitMs = env.BERTH_START_WAIT_SECONDS * 1_000;
  const connection = new BrokerConnection({ url: env.AMQP_URL, name: 'registry publisher', waitMs, logger });
  health.add('broker', async () => connection.check());
  return connection;
}

/** The database comes first: of two that are away, one is told, and always the same. */
async function openPublisher(
  connection: BrokerConnection,
  logger: Logger,
  metrics: Metrics,
  _database: Database,
): Promise<Publisher> {
  const publisher = new Publisher(connection, logger, metrics);
  await connection.open();
  return publisher;
}
