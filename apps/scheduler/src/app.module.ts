import {
  alarmQueues,
  BrokerConnection,
  brokerProviders,
  ChangeAnnouncer,
  DEAD_LETTER_QUEUE,
  serviceQueues,
} from '@berth/messaging';
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
import { AgentHealthNotes } from './agent-health.js';
import { AlarmClock } from './alarm-clock.js';
import { ClaimLoop } from './claim.loop.js';
import { DeadLetterKeeper } from './dead-letter-keeper.js';
import { Dispatcher } from './dispatcher.js';
import { SCHEDULER_ENV, type SchedulerEnv } from './env.js';
import { ReconcileLoop } from './reconcile.loop.js';
import { ResultCounts } from './result-counts.js';
import { Results } from './results.js';
import { PeopleFirst } from './people-first.js';
import { SystemGauges } from './system-gauges.js';
import { SystemWatchLoop } from './system-watch.loop.js';
import { TaskMessagesController } from './task-messages.controller.js';

@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrokerConnection) private readonly broker: BrokerConnection,
    @Inject(ChangeAnnouncer) private readonly announcer: ChangeAnnouncer,
    @Inject(ClaimLoop) private readonly claims: ClaimLoop,
    @Inject(ReconcileLoop) private readonly reconciler: ReconcileLoop,
    @Inject(DeadLetterKeeper) private readonly deadLetters: DeadLetterKeeper,
    @Inject(SystemWatchLoop) private readonly systemWatch: SystemWatchLoop,
  ) {}

  static forEnv(env: SchedulerEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.forService('scheduler', env.BERTH_LOG_LEVEL)],
      controllers: [TaskMessagesController],
      providers: [
        { provide: SCHEDULER_ENV, useValue: env },
        { provide: Database, useFactory: openDatabase, inject: [SCHEDULER_ENV, LOGGER, Metrics, Health] },
        ...brokerProviders({
          name: 'scheduler publisher',
          url: env.AMQP_URL,
          waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
          queues: [...serviceQueues('scheduler'), ...alarmQueues(), DEAD_LETTER_QUEUE],
        }),
        AlarmClock,
        Dispatcher,
        ClaimLoop,
        ReconcileLoop,
        DeadLetterKeeper,
        ResultCounts,
        Results,
        PeopleFirst,
        AgentHealthNotes,
        SystemGauges,
        SystemWatchLoop,
      ],
    };
  }

  /** Begins to claim; called when the service listens. */
  startLoops(): void {
    this.database.changes.listen((changes) => {
      this.announcer.tell(changes);
    });
    this.claims.start();
    this.reconciler.start();
    this.systemWatch.start();
  }

  /** Before the transport drains: nothing new is claimed any more. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.claims.stop();
    await this.reconciler.stop();
    await this.systemWatch.stop();
    await this.deadLetters.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
    await this.database.close();
  }
}

async function openDatabase(
  env: SchedulerEnv,
  logger: Logger,
  metrics: Metrics,
  health: Health,
): Promise<Database> {
  return openServiceDatabase(databaseOptions(env), { logger: logOfProcess(logger), metrics, health });
}

function databaseOptions(env: SchedulerEnv) {
  return {
    url: env.DATABASE_URL,
    applicationName: 'berth scheduler',
    poolSize: env.BERTH_DATABASE_POOL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
  };
}
