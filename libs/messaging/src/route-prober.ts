import type { Logger } from '@berth/observability';
import type { Channel } from 'amqplib';
import type { BrokerConnection } from './broker-connection.js';
import { PROBE_TYPE } from './topology-probe.js';
import { agentRoutingKey, EXCHANGES } from './topology.js';

/** By then nobody needs it any more, where the agent has not dropped it. */
const TTL_MS = 1_000;
const KEY_PREFIX = agentRoutingKey('');

/**
 * Looks whether messages to agents find their queues: neither the agent nor AMQP tells when a binding is taken away, only a
 * message that comes back does.
 */
export class RouteProber {
  private channel: Channel | undefined;

  /** @param missing is told of an agent that no message reaches, and throws nothing */
  constructor(
    connection: BrokerConnection,
    private readonly logger: Logger,
    private readonly missing: (agentId: string) => void,
  ) {
    connection.keepChannel(async (model) => {
      const channel = await model.createChannel();
      channel.on('error', (error: Error) => {
        this.logger.warn(`the prober's channel: ${error.message}`);
        connection.doubt(`the prober's channel was closed: ${error.message}`);
      });
      channel.on('close', () => {
        this.channel = this.channel === channel ? undefined : this.channel;
      });
      channel.on('return', ({ fields }) => {
        if (fields.routingKey.startsWith(KEY_PREFIX)) {
          this.missing(fields.routingKey.slice(KEY_PREFIX.length));
        }
      });
      this.channel = channel;
    });
  }

  /** Sends the agent's queue a message that says nothing. */
  probe(agentId: string): void {
    try {
      this.channel?.publish(EXCHANGES.tasks, agentRoutingKey(agentId), Buffer.alloc(0), {
        type: PROBE_TYPE,
        mandatory: true,
        expiration: TTL_MS,
      });
    } catch {
      // The channel is gone, and a new one is opened.
    }
  }
}
