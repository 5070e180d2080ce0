import { BrokerConnection, declareAgentQueue, RouteProber } from '@berth/messaging';
import { LOGGER, type Logger } from '@berth/observability';
import { Inject, Injectable } from '@nestjs/common';

/** A missing way costs messages for no longer than this, as long as there are few agents. */
const SHORTEST_MS = 5_000;
/** Of all agents together, in a second. */
const MOST_PROBES = 200;

/**
 * The ways to agents that are here. An agent may declare nothing on the broker, so the registry, which hears it, looks after
 * its queue.
 */
@Injectable()
export class AgentRoutes {
  private readonly prober: RouteProber;
  /** When the way to each was looked at last, the longest ago first. */
  private readonly looked = new Map<string, number>();

  constructor(
    @Inject(BrokerConnection) private readonly connection: BrokerConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.prober = new RouteProber(connection, logger, (agentId) => void this.mend(agentId));
  }

  /** The agent was heard. */
  heard(agentId: string, now = performance.now()): void {
    const everyMs = Math.max(SHORTEST_MS, (this.looked.size / MOST_PROBES) * 1_000);
    if (now - (this.looked.get(agentId) ?? -Infinity) < everyMs) {
      return;
    }
    this.looked.delete(agentId);
    this.looked.set(agentId, now);
    this.forget(now - 10 * everyMs);
    this.prober.probe(agentId);
  }

  private forget(before: number): void {
    for (const [agentId, at] of this.looked) {
      if (at >= before) {
        return;
      }
      this.looked.delete(agentId);
    }
  }

  private async mend(agentId: string): Promise<void> {
    this.connection.doubt(`a message to ${agentId} came back`);
    await declareAgentQueue(this.connection, agentId).catch((error: unknown) => {
      this.logger.warn({ agentId }, `the queue of ${agentId} could not be declared: ${String(error)}`);
    });
  }
}
