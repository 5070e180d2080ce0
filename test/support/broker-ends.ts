import { createHash } from 'node:crypto';
import { MESSAGES, MESSAGE_TYPES } from '@berth/contracts';
import {
  agentQueue,
  agentRoutingKey,
  BerthServer,
  BrokerConnection,
  Publisher,
  type PublishOutcome,
  type SessionKey,
} from '@berth/messaging';
import { quietly } from './quiet.js';

/** Of the one session that an agent has here. */
export function keyOf(agentId: string): SessionKey {
  const key = createHash('sha256').update(agentId).digest();
  return { sessionId: '0192f0c1-0000-7000-8000-000000000001', key };
}

/** What publishes to agents, as the scheduler does. */
export class Sender {
  private constructor(
    readonly connection: BrokerConnection,
    readonly publisher: Publisher,
  ) {}

  static async open(url: string): Promise<Sender> {
    const { logger, metrics } = quietly();
    const connection = new BrokerConnection({ url, name: 'test sender', waitMs: 20_000, logger });
    const publisher = new Publisher(connection, logger, metrics);
    await connection.open();
    return new Sender(connection, publisher);
  }

  /** Sends the agent a message that carries this task id. */
  async send(agentId: string, taskId: string): Promise<PublishOutcome> {
    const stop = { taskId, attempt: 1, slotId: 1, mode: 'cancel' } as const;
    return this.publisher.publish('task.stop', stop, {
      routingKey: agentRoutingKey(agentId),
      signedBy: keyOf(agentId),
    });
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

/** A service with the queue of an agent, and the task ids that came in, in their order. */
export class Receiver {
  private constructor(
    readonly connection: BrokerConnection,
    readonly received: readonly string[],
    private readonly server: BerthServer,
  ) {}

  static async open(url: string, agentId: string, waitMs = 20_000): Promise<Receiver> {
    const { logger, metrics } = quietly();
    const connection = new BrokerConnection({ url, name: `test receiver ${agentId}`, waitMs, logger });
    const server = new BerthServer({
      service: 'agent',
      connection,
      publisher: { bury: async () => ({ outcome: 'refused', reason: 'not_written' }) },
      findSession: async () => ({ agentId, brokerUser: null, ...keyOf(agentId) }),
      queues: [agentQueue(agentId)],
      prefetch: 100,
      drainMs: 5_000,
      logger,
      metrics,
    });
    const received: string[] = [];
    MESSAGE_TYPES.filter((type) => MESSAGES[type].to === 'agent').forEach((type) => {
      server.addHandler(
        type,
        async ({ taskId }: { taskId: string }) => {
          received.push(taskId);
        },
        true,
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.listen((error) => {
        if (error === undefined) {
          resolve();
        } else {
          reject(error instanceof Error ? error : new Error('the receiver did not start', { cause: error }));
        }
      });
    });
    return new Receiver(connection, received, server);
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}
