import { setTimeout as wait } from 'node:timers/promises';
import { RegisterAnswer } from '@berth/contracts';
import { Publisher, Requester } from '@berth/messaging';
import { LOGGER, LoopWatch, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import { AGENT_ENV, type AgentEnv } from '../env.js';
import { Heartbeats, type Standing } from '../heartbeats/heartbeats.js';
import { Inventory } from '../heartbeats/inventory.js';
import { ANSWER_MS, UNREGISTERED_MS } from '../heartbeats/snapshot.js';
import { IDENTITY, type Identity } from '../identity.js';
import { ISOLATION, type Isolation } from '../processes/isolation/isolation.js';
import { RunExecutor } from '../runs/run-executor.js';
import { Voice } from '../session/voice.js';
import { AcceptedApplies } from '../slots/accepted-applies.js';

export const AGENT_VERSION = '0.1.0';

/** Beside its own grace for terraform, a stop takes this long for the reports. */
const REPORT_MS = 10_000;
const SHORT_SESSION_MS = 10_000;
const LONGEST_SESSION_PAUSE_MS = 5_000;

/**
 * The agent's standing with the registry: a session of the api and a registration, which its heartbeats keep;
 * registered again when the registry does not know it. Stops in order: nothing new, running work ended, results
 * sent, farewell said.
 */
@Injectable()
export class Lifecycle {
  private readonly loop: Loop;
  private sessionId: string | null = null;
  /** The last one that this process has had; the next one goes on with what it owns. */
  private lastSessionId: string | null = null;
  private sessionOpenedAt = -Infinity;
  private shortSessions = 0;
  private registered = false;
  private draining = false;
  private beatMs = UNREGISTERED_MS;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ISOLATION) private readonly isolation: Isolation,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(Requester) private readonly requester: Requester,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(Inventory) private readonly inventory: Inventory,
    @Inject(AcceptedApplies) private readonly accepted: AcceptedApplies,
    @Inject(RunExecutor) private readonly executor: RunExecutor,
    @Inject(Heartbeats) private readonly heartbeats: Heartbeats,
    @Inject(Voice) private readonly voice: Voice,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
  ) {
    api.whenSessionIsOver(() => {
      this.renewSession('the api does not know the session of this agent any more');
    });
    voice.whenShut(() => {
      this.renewSession('the broker does not let this session in, or has lost its queue');
    });
    this.loop = new Loop({
      name: 'registration',
      intervalMs: UNREGISTERED_MS,
      observer: watch,
      run: async () => this.look(),
    });
  }

  get isDraining(): boolean {
    return this.draining;
  }

  get isRegistered(): boolean {
    return this.registered;
  }

  /** Before the registration: from then on the registry expects heartbeats. @throws DeadlineExceeded */
  async openHeartbeats(): Promise<void> {
    const listener = {
      standing: () => this.standing,
      forgotten: () => {
        this.logger.warn('the registry does not know this agent any more: registering again');
        this.unregister();
      },
      shut: (username: string) => {
        this.voice.shut(username);
      },
    };
    await this.heartbeats.start(listener, this.env.BERTH_START_WAIT_SECONDS * 1_000);
  }

  /**
   * The session has to be there before the first task is: accepting needs its token. An api that is not there yet is
   * waited for. @throws ApiError
   */
  async openFirstSession(): Promise<void> {
    const { BERTH_START_WAIT_SECONDS: waitSeconds, BERTH_API_URL: apiUrl } = this.env;
    const deadline = performance.now() + waitSeconds * 1_000;
    for (;;) {
      try {
        await this.openSession();
        return;
      } catch (error) {
        const isTransient = error instanceof ApiError && error.failureClass === 'transient';
        if (!isTransient || performance.now() > deadline) {
          throw error;
        }
        this.logger.warn(
          `the api at ${new URL(apiUrl).host} does not answer yet: ${error.message}; asking for up to ${waitSeconds} s`,
        );
        await wait(UNREGISTERED_MS);
      }
    }
  }

  private async openSession(): Promise<void> {
    const { agentId, podName } = this.identity;
    const session = await this.api.openSession({
      agentId,
      agentSecret: this.voice.agentSecret,
      podName,
      slots: this.env.BERTH_AGENT_SLOTS,
      concurrency: this.env.BERTH_AGENT_CONCURRENCY,
      version: AGENT_VERSION,
      isolation: this.isolation.level,
      continues: this.lastSessionId,
    });
    this.sessionId = session.sessionId;
    this.lastSessionId = session.sessionId;
    this.sessionOpenedAt = performance.now();
    this.voice.begin(session.sessionId, session.broker);
    this.inventory.tellAgain();
    this.logger.info(
      { agentId, podName, pool: session.pool },
      `session of ${agentId} in pool ${session.pool}`,
    );
  }

  /**
   * The session is over: a new one is opened and registered at once, unless the last ones were short. Two agents of one
   * id end each other's, and must not do so as fast as they can.
   */
  private renewSession(why: string): void {
    if (this.sessionId === null) {
      return;
    }
    const lived = performance.now() - this.sessionOpenedAt;
    this.shortSessions = lived < SHORT_SESSION_MS ? this.shortSessions + 1 : 0;
    this.logger.warn(`${why}: beginning a new one`);
    this.sessionId = null;
    this.unregister();
    this.loop.wake();
  }

  private get nextSessionAt(): number {
    const pauseMs = UNREGISTERED_MS * 2 ** Math.min(this.shortSessions, 10);
    return this.shortSessions < 2 ? 0 : this.sessionOpenedAt + Math.min(LONGEST_SESSION_PAUSE_MS, pauseMs);
  }

  /** The queue is consumed by now, so the registry may give work. */
  start(): void {
    this.loop.start();
  }

  /**
   * Plans are interrupted and go elsewhere; an apply may finish, then it is interrupted. Heartbeats go on meanwhile:
   * an agent that drains in silence would be taken for lost in the middle of its apply.
   */
  async stop(): Promise<void> {
    this.draining = true;
    await this.tellDraining();
    await this.endRuns();
    await this.loop.stop();
    await this.heartbeats.stop();
  }

  /** The results are with the broker by now. */
  async sayFarewell(): Promise<void> {
    if (this.sessionId === null) {
      return;
    }
    await this.publisher.publish('agent.stopping', {
      ...this.names,
      sessionId: this.sessionId,
      keepsSlots: this.env.BERTH_AGENT_KEEPS_SLOTS,
    });
  }

  private async endRuns(): Promise<void> {
    this.inventory.interrupt('plan');
    this.inventory.interrupt('build');
    if (!(await this.executor.settled(this.env.BERTH_AGENT_DRAIN_SECONDS * 1_000))) {
      this.logger.warn('applies are still running at the end of the drain: interrupting them');
      this.inventory.interrupt('apply');
      await this.executor.settled(this.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000 + REPORT_MS);
    }
  }

  private get names() {
    return { agentId: this.identity.agentId, podName: this.identity.podName };
  }

  private get standing(): Standing | null {
    if (!this.registered || this.sessionId === null) {
      return null;
    }
    const { names, sessionId, draining, beatMs: intervalMs } = this;
    return { ...names, sessionId, draining, intervalMs };
  }

  private async look(): Promise<'again' | 'rest'> {
    if (this.registered) {
      // Each time, so that what a blocked main thread leaves to the heartbeats is never old.
      this.heartbeats.post();
    } else {
      await this.register();
    }
    return 'rest';
  }

  private async register(): Promise<void> {
    if (this.sessionId === null) {
      if (performance.now() < this.nextSessionAt) {
        return;
      }
      await this.openSession();
    }
    const { sessionId } = this;
    const notBegun = [...this.accepted.notBegun];
    const answer = RegisterAnswer.parse(
      await this.requester.ask(
        'agent.register',
        {
          ...this.names,
          sessionId: sessionId ?? '',
          slots: this.env.BERTH_AGENT_SLOTS,
          concurrency: this.env.BERTH_AGENT_CONCURRENCY,
          version: AGENT_VERSION,
          held: [...this.inventory.waiting],
          applying: this.inventory.applying,
          notBegun,
          reported: this.inventory.reported,
        },
        ANSWER_MS,
      ),
    );
    if (!answer.registered) {
      this.sessionId = null;
      // Thrown, so that the next try waits longer each time: two agents with one id would push each other out for ever.
      throw new Error(`not registered: ${String(answer.reason)}; beginning a new session`);
    }
    await this.accepted.told(notBegun);
    if (this.sessionId !== sessionId) {
      // The session ended while the registry answered; the next look begins a new one.
      return;
    }
    this.registered = true;
    this.beatMs = answer.heartbeatIntervalMs;
    this.heartbeats.post();
    await this.inventory.release(answer.release);
    this.logger.info(this.names, 'registered');
  }

  private unregister(): void {
    this.registered = false;
    this.heartbeats.post();
  }

  /** Before any run is stopped: the slots that this frees must get no new work. */
  private async tellDraining(): Promise<void> {
    if (!this.registered) {
      return;
    }
    await this.heartbeats.tell().catch((error: unknown) => {
      this.logger.warn(`the registry was not told of the drain: ${String(error)}`);
    });
  }
}
