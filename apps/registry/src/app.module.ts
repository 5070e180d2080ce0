import { BrokerConnection, brokerProviders, ChangeAnnouncer, serviceQueues } from '@berth/messaging';
import {
  Health,
  LOGGER,
  logOfProcess,
  Metrics,
  ObservabilityModule,
  type Logger,
} from '@berth/observability';
import { Database, openServiceDatabase } from '@berth/persistence';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AgentRoutes } from './agent-routes.js';
import { AgentMessagesController } from './agent-messages.controller.js';
import { REGISTRY_ENV, type RegistryEnv } from './env.js';
import { LivenessLoop } from './liveness.loop.js';

@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrokerConnection) private readonly broker: BrokerConnection,
    @Inject(ChangeAnnouncer) private readonly announcer: ChangeAnnouncer,
    @Inject(LivenessLoop) private readonly liveness: LivenessLoop,
    @Inject(Health) private readonly health: Health,
  ) {}

  static forEnv(env: RegistryEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.forService('registry', env.BERTH_LOG_LEVEL)],
      controllers: [AgentMessagesController],
      providers: [
        { provide: REGISTRY_ENV, useValue: env },
        { provide: Database, useFactory: openDatabase, inject: [REGISTRY_ENV, LOGGER, Metrics, Health] },
        ...brokerProviders({
          name: 'registry publisher',
          url: env.AMQP_URL,
          waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
          queues: serviceQueues('registry'),
        }),
        AgentRoutes,
        LivenessLoop,
      ],
    };
  }

  /** Begins to judge; called when the service listens. */
  startLoops(): void {
    this.database.changes.listen((changes) => {
      this.announcer.tell(changes);
    });
    this.liveness.start(async () => (await this.health.ask()).ready);
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

async function openDatabase(
  env: RegistryEnv,
  logger: Logger,
  metrics: Metrics,
  health: Health,
): Promise<Database> {
  return openServiceDatabase(databaseOptions(env), { logger: logOfProcess(logger), metrics, health });
}

function databaseOptions(env: RegistryEnv) {
  return {
    url: env.DATABASE_URL,
    applicationName: 'berth registry',
    poolSize: env.BERTH_DATABASE_POOL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
  };
}
