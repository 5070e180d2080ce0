import type { HeartbeatAnswer, MessageOf, RegisterAnswer } from '@berth/contracts';
import { Publisher, SettlingFilter } from '@berth/messaging';
import { LOGGER, Metrics, type Counter, type Histogram, type Logger } from '@berth/observability';
import {
  Database,
  HELD,
  recordHeartbeat,
  recordHeartbeats,
  recoverMissing,
  registerAgent,
  stopAgent,
  type Heartbeat,
  type HeartbeatRecorded,
  type ItemFailed,
  type MissingAttempt,
} from '@berth/persistence';
import { Batches } from '@berth/process';
import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { AgentRoutes } from './agent-routes.js';
import { REGISTRY_ENV, type RegistryEnv } from './env.js';

/** Of a heartbeat that has to say that an agent is here within seconds, so many milliseconds are nothing. */
const GATHER_MS = 50;
const MOST_HEARTBEATS = 500;

/** What agents say of themselves. */
@Controller()
@UseFilters(SettlingFilter)
export class AgentMessagesController {
  private readonly delay: Histogram;
  private readonly rescued: Counter<'what'>;
  private readonly heartbeats: Batches<Heartbeat, HeartbeatRecorded | typeof HELD | null>;

  constructor(
    @Inject(REGISTRY_ENV) private readonly env: RegistryEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(AgentRoutes) private readonly routes: AgentRoutes,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.delay = metrics.histogram('berth_heartbeat_delay_seconds');
    this.rescued = metrics.counter('berth_rescued_total');
    this.rescued.inc({ what: 'task_missing' }, 0);
    this.heartbeats = new Batches({
      most: MOST_HEARTBEATS,
      gatherMs: GATHER_MS,
      work: async (batch) => recordHeartbeats(database, batch, env.BERTH_MISSING_TASK_SECONDS),
    });
  }

  @MessagePattern<string>('agent.register')
  async register(@Payload() message: MessageOf<'agent.register'>): Promise<RegisterAnswer> {
    const registered = await registerAgent(this.database, message, this.retry);
    const heartbeatIntervalMs = this.env.BERTH_HEARTBEAT_INTERVAL_MS;
    if (registered === null) {
      const reason = 'the session is unknown or a newer process of this agent has replaced it';
      return { registered: false, reason, heartbeatIntervalMs, release: [] };
    }
    const { agentId, podName, slots } = message;
    this.logger.info({ agentId, podName, slots, lost: registered.lost }, `agent ${agentId} is here`);
    this.wakeScheduler();
    return { registered: true, reason: null, heartbeatIntervalMs, release: [...registered.release] };
  }

  @MessagePattern<string>('agent.heartbeat')
  async heartbeat(@Payload() message: MessageOf<'agent.heartbeat'>): Promise<HeartbeatAnswer> {
    const { agentId, podName, sessionId, draining, tasks: held, reported } = message;
    const heartbeat = { agentId, podName, sessionId, draining, held, reported };
    const noted = await this.heartbeats.add(heartbeat);
    const patienceSeconds = this.env.BERTH_MISSING_TASK_SECONDS;
    const recorded =
      noted === HELD ? await recordHeartbeat(this.database, heartbeat, patienceSeconds) : noted;
    if (recorded === null) {
      return { known: false, stale: [], settled: [] };
    }
    this.routes.heard(agentId);
    this.delay.observe(Math.max(0, recorded.silentMs - this.env.BERTH_HEARTBEAT_INTERVAL_MS) / 1_000);
    await this.recover(agentId, recorded.missing);
    return {
      known: true,
      stale: recorded.stale.map(({ taskId, attempt, slotId }) => ({ taskId, attempt, slotId })),
      settled: [...recorded.settled],
    };
  }

  private async recover(agentId: string, missing: readonly MissingAttempt[]): Promise<void> {
    const recovered = await recoverMissing(this.database, missing, this.retry, this.itemFailed);
    if (recovered > 0) {
      this.rescued.inc({ what: 'task_missing' }, recovered);
      this.logger.warn(
        { agentId, recovered },
        `agent ${agentId} does not have ${recovered} tasks that it owns`,
      );
      this.wakeScheduler();
    }
  }

  @EventPattern('agent.stopping')
  async stopping(@Payload() message: MessageOf<'agent.stopping'>): Promise<void> {
    if (await stopAgent(this.database, message, this.retry, this.itemFailed)) {
      this.logger.info(
        { agentId: message.agentId, keepsSlots: message.keepsSlots },
        `agent ${message.agentId} has stopped`,
      );
      this.wakeScheduler();
    }
  }

  /** There is room, or there are tasks that lost theirs. What is not heard is found by the scheduler's own look. */
  private wakeScheduler(): void {
    this.publisher.publish('task.runnable', { taskId: 'any' }).catch((error: unknown) => {
      this.logger.warn(`the scheduler was not woken: ${String(error)}`);
    });
  }

  private readonly itemFailed: ItemFailed = (item, error) => {
    this.logger.error({ item, err: error }, `${item} could not be dealt with: ${String(error)}`);
  };

  private get retry() {
    return {
      firstDelayMs: this.env.BERTH_RETRY_FIRST_DELAY_MS,
      maxDelayMs: this.env.BERTH_RETRY_MAX_DELAY_MS,
    };
  }
}
