import { ChangeAnnouncer, ChangeListener } from '@berth/messaging';
import { Health, LOGGER, Metrics, ObservabilityModule, type Logger } from '@berth/observability';
import { Database } from '@berth/persistence';
import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { AgentTasksController } from './agent-plane/agent-tasks.controller.js';
import { BuildFilesController } from './agent-plane/build-files.controller.js';
import { AssignmentsService } from './agent-plane/assignments.service.js';
import { SessionsService } from './agent-plane/sessions.service.js';
import { SessionsController } from './agent-plane/sessions.controller.js';
import { TaskConfigurationController } from './agent-plane/task-configuration.controller.js';
import { AgentsController } from './agents/agents.controller.js';
import { PoolsController } from './agents/pools.controller.js';
import { StatsController } from './agents/stats.controller.js';
import { UnsavedStateController } from './agent-plane/unsaved-state.controller.js';
import { AccountController } from './account/account.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { Refusals } from './audit/refusals.js';
import { Admission } from './admission/admission.js';
import { AuthGuard } from './admission/auth.guard.js';
import { EndedSessionInterceptor } from './admission/ended-session.interceptor.js';
import { Authenticator } from './auth/authenticator.js';
import { Guesses } from './auth/guesses.js';
import { KeyRates } from './auth/key-rates.js';
import { BrokerUsersLoop } from './broker/broker-users.loop.js';
import { BuildsModule } from './builds/builds.module.js';
import { ConfigurationsController } from './configurations/configurations.controller.js';
import { CoreModule } from './core.module.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { API_ENV, type ApiEnv } from './env.js';
import { BodyInterceptor } from './bodies/body.interceptor.js';
import { DataKeysController } from './installation/data-keys.controller.js';
import { InstallationController } from './installation/installation.controller.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { GrantsController } from './people/grants.controller.js';
import { KeysService } from './people/keys.service.js';
import { MembersController } from './people/members.controller.js';
import { OrganizationsController } from './people/organizations.controller.js';
import { ProjectsController } from './people/projects.controller.js';
import { ServiceKeysController } from './people/service-keys.controller.js';
import { TeamsController } from './people/teams.controller.js';
import { OverviewController } from './overview/overview.controller.js';
import { PeopleFirst } from './people-first.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { DeletedWorkspacesLoop } from './retention/deleted-workspaces.loop.js';
import { RetentionLoop } from './retention/retention.loop.js';
import { DataKeysLoop } from './secrets/data-keys.loop.js';
import { ResealLoop } from './secrets/reseal.loop.js';
import { SignInModule } from './sign-in/sign-in.module.js';
import { StatesService } from './states/states.service.js';
import { UnsavedStatesService } from './states/unsaved-states.service.js';
import { StorageSweepLoop } from './storage/storage-sweep.loop.js';
import { StreamController } from './stream/stream.controller.js';
import { DocumentReaders } from './stream/document-readers.js';
import { StreamLooks } from './stream/stream-looks.js';
import { StreamRights } from './stream/stream-rights.js';
import { Streams } from './stream/streams.service.js';
import { ArtifactsController } from './tasks/artifacts.controller.js';
import { SchedulerBell } from './scheduler-bell.js';
import { TaskEventsController } from './tasks/task-events.controller.js';
import { TaskLogsController } from './tasks/task-logs.controller.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TaskReading } from './tasks/task-reading.service.js';
import { NewTasks } from './tasks/new-tasks.service.js';
import { TasksService } from './tasks/tasks.service.js';
import { VariableSetVariablesController } from './variable-sets/variable-set-variables.controller.js';
import { VariableSetWorkspacesController } from './variable-sets/variable-set-workspaces.controller.js';
import { VariableSetsController } from './variable-sets/variable-sets.controller.js';
import { VariableSetsService } from './variable-sets/variable-sets.service.js';
import { DiscoveryController } from './workload-identity/discovery.controller.js';
import { IdentityTokens } from './workload-identity/identity-tokens.service.js';
import { SigningKeysLoop } from './workload-identity/signing-keys.loop.js';
import { SigningKeys } from './workload-identity/signing-keys.service.js';
import { StateVersionsController } from './workspaces/state-versions.controller.js';
import { TerraformStateController } from './workspaces/terraform-state.controller.js';
import { UnsavedStatesController } from './workspaces/unsaved-states.controller.js';
import { VariablesController } from './workspaces/variables.controller.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';
import { WorkspacesService } from './workspaces/workspaces.service.js';

@Module({})
export class AppModule implements BeforeApplicationShutdown {
  constructor(
    @Inject(StorageSweepLoop) private readonly sweep: StorageSweepLoop,
    @Inject(RetentionLoop) private readonly retention: RetentionLoop,
    @Inject(DeletedWorkspacesLoop) private readonly deletedWorkspaces: DeletedWorkspacesLoop,
    @Inject(BrokerUsersLoop) private readonly brokerUsers: BrokerUsersLoop,
    @Inject(DataKeysLoop) private readonly dataKeys: DataKeysLoop,
    @Inject(ResealLoop) private readonly reseal: ResealLoop,
    @Inject(SigningKeysLoop) private readonly signingKeys: SigningKeysLoop,
    @Inject(Database) private readonly database: Database,
    @Inject(ChangeAnnouncer) private readonly announcer: ChangeAnnouncer,
    @Inject(StreamLooks) private readonly looks: StreamLooks,
    @Inject(Streams) private readonly streams: Streams,
    @Inject(ChangeListener) private readonly listener: ChangeListener,
  ) {}

  static forEnv(env: ApiEnv): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ObservabilityModule.forService('api', env.BERTH_LOG_LEVEL),
        CoreModule.forEnv(env),
        BuildsModule,
        SignInModule,
      ],
      controllers: [
        WorkspacesController,
        VariablesController,
        VariableSetsController,
        VariableSetVariablesController,
        VariableSetWorkspacesController,
        ConfigurationsController,
        TerraformStateController,
        StateVersionsController,
        UnsavedStatesController,
        TasksController,
        TaskLogsController,
        ArtifactsController,
        TaskEventsController,
        AgentsController,
        PoolsController,
        StatsController,
        StreamController,
        OverviewController,
        InstallationController,
        DataKeysController,
        DeadLettersController,
        SessionsController,
        AgentTasksController,
        BuildFilesController,
        UnsavedStateController,
        TaskConfigurationController,
        OrganizationsController,
        MembersController,
        TeamsController,
        ProjectsController,
        GrantsController,
        ServiceKeysController,
        AccountController,
        AuditController,
        DiscoveryController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: AuthGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: EndedSessionInterceptor },
        { provide: APP_INTERCEPTOR, useClass: BodyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
        Admission,
        Guesses,
        KeyRates,
        Refusals,
        Authenticator,
        AssignmentsService,
        SessionsService,
        DeadLettersService,
        DeletedWorkspacesLoop,
        DocumentReaders,
        IdentityTokens,
        KeysService,
        RetentionLoop,
        SchedulerBell,
        SigningKeys,
        SigningKeysLoop,
        StatesService,
        StreamLooks,
        StreamRights,
        Streams,
        {
          provide: ChangeListener,
          useFactory: listenForChanges,
          inject: [API_ENV, LOGGER, Metrics, Health, StreamLooks],
        },
        TaskReading,
        NewTasks,
        PeopleFirst,
        TasksService,
        UnsavedStatesService,
        VariableSetsService,
        WorkspacesService,
      ],
    };
  }

  /** Called when the service listens. */
  startLoops(): void {
    this.database.changes.listen((changes) => {
      this.announcer.tell(changes);
    });
    this.sweep.start();
    this.retention.start();
    this.deletedWorkspaces.start();
    this.brokerUsers.start();
    this.dataKeys.start();
    this.reseal.start();
    this.signingKeys.start();
    this.looks.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.streams.stop();
    await Promise.all([
      this.sweep.stop(),
      this.retention.stop(),
      this.deletedWorkspaces.stop(),
      this.brokerUsers.stop(),
      this.dataKeys.stop(),
      this.reseal.stop(),
      this.signingKeys.stop(),
      this.looks.stop(),
      this.listener.close(),
    ]);
  }
}

function listenForChanges(
  env: ApiEnv,
  logger: Logger,
  metrics: Metrics,
  health: Health,
  looks: StreamLooks,
): ChangeListener {
  const listener = new ChangeListener({
    url: env.AMQP_URL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
    logger,
    metrics,
    hear: (changes) => {
      looks.hear(changes);
    },
  });
  health.add('changes', async () => listener.check());
  return listener;
}
