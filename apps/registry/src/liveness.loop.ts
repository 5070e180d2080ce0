import { Publisher } from '@berth/messaging';
import { LOGGER, LoopWatch, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  Database,
  isAnybodyLate,
  loseAgents,
  silentAgents,
  silentPools,
  suspectAgents,
  type LossLimits,
} from '@berth/persistence';
import { Loop } from '@berth/process';
import { Inject, Injectable } from '@nestjs/common';
import { REGISTRY_ENV, type RegistryEnv } from './env.js';

/** Judges agents by their heartbeats: alive, suspect, lost. */
@Injectable()
export class LivenessLoop {
  private readonly loop: Loop;
  private readonly lost: Counter;
  /** When this process began to hear heartbeats, or heard them again after it could not. */
  private listeningSince = Date.now();
  private isReady: () => Promise<boolean> = async () => true;
  /** When a pool was last seen with most of its agents silent. */
  private readonly mostlySilentAt = new Map<string, number>();

  constructor(
    @Inject(REGISTRY_ENV) private readonly env: RegistryEnv,
    @Inject(Database) private readonly database: Database,
    @Inject(Publisher) private readonly publisher: Publisher,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(LoopWatch) private readonly watch: LoopWatch,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.lost = metrics.counter('berth_agents_lost_total');
    this.loop = new Loop({
      name: 'liveness',
      intervalMs: Math.min(1_000, env.BERTH_AGENT_LOST_AFTER_MS / 4),
      observer: {
        ran: (loop, seconds) => {
          watch.ran(loop, seconds);
        },
        failed: (loop, error, nextInMs) => {
          this.listeningSince = Date.now();
          watch.failed(loop, error, nextInMs);
        },
      },
      run: async () => this.judge(),
    });
  }

  /** Nobody is judged by a registry that is not ready: heartbeats may not find their way to it. */
  start(isReady = this.isReady): void {
    this.isReady = isReady;
    this.listeningSince = Date.now();
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
  }

  private async judge(): Promise<'again' | 'rest'> {
    const {
      BERTH_AGENT_LOST_AFTER_MS: lostAfterMs,
      BERTH_AGENT_SUSPECT_AFTER_MS: suspectAfterMs,
      BERTH_MASS_LOST_AFTER_MS: massLostAfterMs,
    } = this.env;
    if (!this.publisher.canPublish) {
      this.listeningSince = Date.now();
      return 'rest';
    }
    const limits = { kind: 'agent', suspectAfterMs, lostAfterMs, massLostAfterMs } as const;
    const lateAfterMs = { agent: suspectAfterMs, worker: this.limitsOfWorkers.suspectAfterMs };
    if (!(await isAnybodyLate(this.database, lateAfterMs))) {
      return 'rest';
    }
    const suspects = await suspectAgents(this.database, limits);
    if (suspects > 0) {
      this.logger.warn(`${suspects} agents are late with their heartbeats and get no new work`);
    }
    const patientPools = await this.patientPools(limits);
    // Whoever was away itself, or whose broker was, has heard nobody: everybody gets the whole limit again.
    if (Date.now() - this.listeningSince < lostAfterMs) {
      return 'rest';
    }
    const silent = await silentAgents(this.database, limits, patientPools);
    await this.judgeWorkers();
    if (silent.length === 0) {
      return 'rest';
    }
    if (!(await this.brokerTakesMessages()) || !(await this.isReady())) {
      this.listeningSince = Date.now();
      return 'rest';
    }
    if ((await this.lose(silent, limits)) > 0) {
      await this.publisher.publish('task.runnable', { taskId: 'any' });
    }
    return 'rest';
  }

  /**
   * Workers are heard through the api, so neither this process nor the broker stands between: only where most of them
   * are silent at once, the api is likelier to have been away than they.
   */
  private async judgeWorkers(): Promise<void> {
    const limits = this.limitsOfWorkers;
    const patientPools = await silentPools(this.database, limits);
    await this.lose(await silentAgents(this.database, limits, patientPools), limits);
  }

  private get limitsOfWorkers(): LossLimits {
    const lostAfterMs = this.env.BERTH_WORKER_LOST_AFTER_MS;
    return { kind: 'worker', suspectAfterMs: lostAfterMs, lostAfterMs, massLostAfterMs: 2 * lostAfterMs };
  }

  private async lose(silent: readonly string[], limits: LossLimits): Promise<number> {
    const retry = {
      firstDelayMs: this.env.BERTH_RETRY_FIRST_DELAY_MS,
      maxDelayMs: this.env.BERTH_RETRY_MAX_DELAY_MS,
    };
    const lost = await loseAgents(this.database, silent, limits, retry, (item, error) => {
      this.watch.itemFailed('liveness', item, error);
    });
    for (const agentId of lost) {
      this.lost.inc();
      this.logger.error(
        { agentId },
        `${limits.kind} ${agentId} is lost: no heartbeat for ${limits.lostAfterMs / 1000} s or longer`,
      );
    }
    return lost.length;
  }

  /**
   * Pools that are mostly silent, or were a moment ago: those of their agents that come back last get the whole limit
   * again, or the first ones back would be their end.
   */
  private async patientPools(limits: LossLimits): Promise<string[]> {
    const now = Date.now();
    for (const poolId of await silentPools(this.database, limits)) {
      this.mostlySilentAt.set(poolId, now);
    }
    for (const [poolId, at] of this.mostlySilentAt) {
      if (now - at > limits.lostAfterMs) {
        this.mostlySilentAt.delete(poolId);
      }
    }
    return [...this.mostlySilentAt.keys()];
  }

  /**
   * A broker in need blocks the agents' heartbeats, and tells a connection that it is blocked only when that publishes:
   * so something is published. All that it does is to wake a scheduler.
   */
  private async brokerTakesMessages(): Promise<boolean> {
    const probe = await this.publisher.publish('task.runnable', { taskId: 'any' });
    // Returned: there is no scheduler's queue yet, but there is a broker that answers.
    return probe.outcome === 'queued' || (probe.outcome === 'refused' && probe.reason === 'returned');
  }
}
