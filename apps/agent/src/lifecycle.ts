import { HeartbeatAnswer, RegisterAnswer } from '@berth/contracts';
import { Publisher, Requester } from '@berth/messaging';
import { LOGGER, LoopWatch, type Logger } from '@berth/observability';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { ApiClient } from './api/api-client.js';
import { AGENT_ENV, type AgentEnv } from './env.js';
import { IDENTITY, type Identity } from './identity.js';
import { Outbox } from './outbox.js';
import { RunExecutor } from './runs/run-executor.js';
import { Slots } from './slots/slots.js';

export const AGENT_VERSION = '0.1.0';

const ANSWER_MS = 5_000;
const UNREGISTERED_MS = 500;
/** Beside its own grace for terraform, a stop takes this long for the reports. */
const REPORT_MS = 10_000;

/**
 * The agent's standing with the registry: a session of the api, a registration, heartbeats; registered again when
 * the registry does not know it. Stops in order: nothing new, running work ended, results sent, farewell said.
 */
@Injectable()
export class Lifecycle {
  private readonly loop: Loop;
  private sessionId: string | null = null;
  private registered = false;
  private draining = false;
  private beatMs = UNREGISTERED_MS;

  constructor(
    @Inject(AGENT_ENV) private readonly env: AgentEnv,
    @Inject(IDENTITY) private readonly identity: Identity,
    @Inject(ApiClient) private readonly api: ApiClient,
    @Inject(Requester) private readonly requester: Requester,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(Slots) private readonly slots: Slots,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(RunExecutor) private readonly executor: RunExecutor,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) watch: LoopWatch,
  ) {
    this.loop = new Loop({
      name: 'heartbeat',
      intervalMs: () => (this.registered ? this.beatMs : UNREGISTERED_MS),
      observer: watch,
      run: async () => this.beat(),
    });
  }

  get isDraining(): boolean {
    return this.draining;
  }

  get isRegistered(): boolean {
    return this.registered;
  }

  /** The session has to be there before the first task is: accepting needs its token. @throws ApiError */
  async openSession(): Promise<void> {
    const { agentId, podName } = this.identity;
    const session = await this.api.openSession({
      agentId,
      podName,
      slots: this.env.BERTH_AGENT_SLOTS,
      concurrency: this.env.BERTH_AGENT_CONCURRENCY,
      version: AGENT_VERSION,
    });
    this.sessionId = session.sessionId;
    this.logger.info(
      { agentId, podName, pool: session.pool },
      `session of ${agentId} in pool ${session.pool}`,
    );
  }

  /** The session is over: a new one is opened and registered at once. */
  renewSession(): void {
    this.sessionId = null;
    this.registered = false;
    this.loop.wake();
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
    const stop = (phase: 'plan' | 'apply' | 'build'): void => {
      this.slots.running
        .filter((run) => run.phase === phase)
        .forEach((run) => {
          run.stop('agent_stop');
        });
    };
    stop('plan');
    stop('build');
    if (!(await this.executor.settled(this.env.BERTH_AGENT_DRAIN_SECONDS * 1_000))) {
      this.logger.warn('applies are still running at the end of the drain: interrupting them');
      stop('apply');
      await this.executor.settled(this.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000 + REPORT_MS);
    }
  }

  private get names() {
    return { agentId: this.identity.agentId, podName: this.identity.podName };
  }

  private async beat(): Promise<'again' | 'rest'> {
    if (this.registered) {
      await this.heartbeat();
    } else {
      await this.register();
    }
    return 'rest';
  }

  private async register(): Promise<void> {
    if (this.sessionId === null) {
      await this.openSession();
    }
    const answer = RegisterAnswer.parse(
      await this.requester.ask(
        'agent.register',
        {
          ...this.names,
          sessionId: this.sessionId ?? '',
          slots: this.env.BERTH_AGENT_SLOTS,
          concurrency: this.env.BERTH_AGENT_CONCURRENCY,
          version: AGENT_VERSION,
          held: [...this.slots.waiting],
        },
        ANSWER_MS,
      ),
    );
    if (!answer.registered) {
      this.sessionId = null;
      // Thrown, so that the next try waits longer each time: two agents with one id would push each other out for ever.
      throw new Error(`not registered: ${String(answer.reason)}; beginning a new session`);
    }
    this.registered = true;
    this.beatMs = answer.heartbeatIntervalMs;
    await this.release(answer.release);
    this.logger.info(this.names, 'registered');
  }

  private async heartbeat(): Promise<void> {
    const running = this.slots.running.map(({ taskId, attempt, slotId, phase }) => ({
      taskId,
      attempt,
      slotId,
      phase,
      held: false,
    }));
    const waiting = this.slots.waiting.map((one) => ({ ...one, phase: 'plan' as const, held: true }));
    const answer = HeartbeatAnswer.parse(
      await this.requester.ask(
        'agent.heartbeat',
        {
          ...this.names,
          sessionId: this.sessionId ?? '',
          draining: this.draining,
          tasks: [...running, ...waiting],
          reported: [...this.outbox.reported],
        },
        ANSWER_MS,
      ),
    );
    if (!answer.known) {
      this.logger.warn('the registry does not know this agent any more: registering again');
      this.registered = false;
      return;
    }
    await this.outbox.settle(answer.settled);
    await this.release(answer.stale);
  }

  /** What the database gives to this agent no more: work is stopped, waiting plans are removed. */
  private async release(
    stale: readonly { taskId: string; attempt: number; slotId: number }[],
  ): Promise<void> {
    for (const task of stale) {
      const run = this.slots.runIn(task.slotId);
      if (run?.taskId === task.taskId && run.attempt === task.attempt) {
        run.stop('stale');
      } else {
        await this.slots.release(task);
      }
    }
  }

  private async tellDraining(): Promise<void> {
    if (!this.registered) {
      return;
    }
    await this.heartbeat().catch((error: unknown) => {
      this.logger.warn(`the registry was not told of the drain: ${String(error)}`);
    });
  }
}
