import { BrokerConnection, brokerProviders, Requester, type GuestOptions } from '@berth/messaging';
import { LOGGER, ObservabilityModule, type Logger } from '@berth/observability';
import {
  Inject,
  Module,
  type BeforeApplicationShutdown,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { AdoptedApplies } from './adoption/adopted-applies.js';
import { ApiClient } from './api/api-client.js';
import { EngineBinaries, type EngineSettings } from './engines/engine-installer.js';
import type { ReleaseKeys } from './engines/release-key.js';
import { ReleaseSignatures } from './engines/release-signatures.js';
import { AGENT_ENV, type AgentEnv } from './env.js';
import { Heartbeats } from './heartbeats/heartbeats.js';
import { Inventory } from './heartbeats/inventory.js';
import { openHeartbeatThread, ThreadKeeper } from './heartbeats/thread-keeper.js';
import { IDENTITY, type Identity } from './identity.js';
import { UnusedFilesLoop } from './lifecycle/unused-files.loop.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { TaskMessagesController } from './lifecycle/task-messages.controller.js';
import { ISOLATION, type Isolation } from './processes/isolation/isolation.js';
import { Outbox } from './runs/reporting/outbox.js';
import { RunMetrics } from './runs/reporting/run-metrics.js';
import { RunReports } from './runs/reporting/run-reports.js';
import { RunExecutor } from './runs/run-executor.js';
import { RunLimitsWatch } from './runs/run-limits.js';
import { UnsavedStates } from './runs/terraform/unsaved-states.js';
import { Voice } from './session/voice.js';
import { AcceptedApplies } from './slots/accepted-applies.js';
import { Slots } from './slots/slots.js';
import { StateDoor } from './terraform/state-door/state-door.js';

/** A download of 30 MB over a slow line, and another process's before it. */
const INSTALL_TIMEOUT_MS = 600_000;

/** What is known before the agent begins. */
interface AgentParts {
  readonly env: AgentEnv;
  readonly identity: Identity;
  readonly isolation: Isolation;
  readonly releaseKeys: ReleaseKeys;
  readonly voice: Voice;
}

@Module({})
export class AppModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(
    @Inject(BrokerConnection) private readonly broker: BrokerConnection,
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
    @Inject(Voice) private readonly voice: Voice,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(UnsavedStates) private readonly unsavedStates: UnsavedStates,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(StateDoor) private readonly door: StateDoor,
    @Inject(EngineBinaries) private readonly engines: EngineBinaries,
    @Inject(AdoptedApplies) private readonly adopted: AdoptedApplies,
    @Inject(AcceptedApplies) private readonly accepted: AcceptedApplies,
    @Inject(RunLimitsWatch) private readonly limits: RunLimitsWatch,
    @Inject(UnusedFilesLoop) private readonly unusedFiles: UnusedFilesLoop,
  ) {}

  static forEnv({ env, identity, isolation, releaseKeys, voice }: AgentParts): DynamicModule {
    return {
      module: AppModule,
      imports: [ObservabilityModule.forService('agent', env.BERTH_LOG_LEVEL)],
      controllers: [TaskMessagesController],
      providers: [
        { provide: AGENT_ENV, useValue: env },
        { provide: IDENTITY, useValue: identity },
        { provide: ISOLATION, useValue: isolation },
        { provide: Voice, useValue: voice },
        { provide: ApiClient, useValue: new ApiClient(env.BERTH_API_URL, env.BERTH_AGENT_TOKEN) },
        {
          provide: EngineBinaries,
          useFactory: (logger: Logger) =>
            engineBinaries(env, identity, new ReleaseSignatures(releaseKeys, logger)),
          inject: [LOGGER],
        },
        ...brokerProviders({
          name: 'agent publisher',
          url: env.AMQP_URL,
          waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
          // The services look after what is on the broker: an agent may declare nothing there.
          queues: [],
          guest: guestOf(voice),
          speaker: () => voice.present,
        }),
        {
          provide: Requester,
          useFactory: (connection: BrokerConnection, logger: Logger) =>
            new Requester(connection, logger, () => voice.present),
          inject: [BrokerConnection, LOGGER],
        },
        {
          provide: ThreadKeeper,
          useFactory: (logger: Logger) => threadKeeper(env, voice, logger),
          inject: [LOGGER],
        },
        Slots,
        StateDoor,
        Outbox,
        UnsavedStates,
        Inventory,
        Heartbeats,
        RunMetrics,
        RunReports,
        RunExecutor,
        RunLimitsWatch,
        AcceptedApplies,
        AdoptedApplies,
        Lifecycle,
        UnusedFilesLoop,
      ],
    };
  }

  /** Before the first delivery: what is on disk is known, session and heartbeats are open, old results are sent. */
  async prepare(): Promise<void> {
    await this.engines.cleanUp();
    await this.accepted.find();
    await this.slots.load(await this.adopted.find());
    await this.door.open();
    // Before the broker: the session says as whom we are let in there.
    await this.lifecycle.openFirstSession();
    this.voice.whenBegun(() => {
      this.broker.becomeAnother();
    });
    await this.broker.open();
    await this.outbox.start();
    await this.lifecycle.openHeartbeats();
    this.unsavedStates.start();
    this.adopted.begin();
    this.limits.start();
    this.unusedFiles.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.lifecycle.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.limits.stop();
    await this.unusedFiles.stop();
    await this.unsavedStates.stop();
    this.door.close();
    await this.outbox.stop();
    await this.lifecycle.sayFarewell();
    await this.broker.close();
  }
}

/** What a connection of the agent's needs: the user of its session, and somebody to tell where the broker has none. */
export function guestOf(voice: Voice): GuestOptions {
  return {
    login: () => voice.present?.login ?? null,
    onShut: (username) => {
      voice.shut(username);
    },
  };
}

function threadKeeper(env: AgentEnv, voice: Voice, logger: Logger): ThreadKeeper {
  const settings = {
    amqpUrl: env.AMQP_URL,
    waitMs: env.BERTH_START_WAIT_SECONDS * 1_000,
    logLevel: env.BERTH_LOG_LEVEL,
  };
  const open = () => openHeartbeatThread({ ...settings, speaker: voice.present });
  const keeper = new ThreadKeeper({ open, logger });
  voice.whenBegun((speaker) => {
    keeper.post({ kind: 'speaker', speaker });
  });
  return keeper;
}

function engineBinaries(env: AgentEnv, identity: Identity, signatures: ReleaseSignatures): EngineBinaries {
  const settings: EngineSettings = {
    home: identity.home,
    usePathBinary: env.BERTH_USE_PATH_BINARY,
    searchPath: process.env['PATH'] ?? '',
    urls: {
      terraform: env.BERTH_TERRAFORM_RELEASES_URL,
      opentofuIndex: env.BERTH_OPENTOFU_INDEX_URL,
      opentofuFiles: env.BERTH_OPENTOFU_RELEASES_URL,
    },
    installTimeoutMs: INSTALL_TIMEOUT_MS,
  };
  return new EngineBinaries(settings, signatures);
}
