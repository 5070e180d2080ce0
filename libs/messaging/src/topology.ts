import type { MessageExchange, ServiceName } from '@berth/contracts';
import type { Channel, Options } from 'amqplib';

/** Names on the broker. `tasks` is direct, with one routing key for each agent; no alternate exchange, or returns would not come. */
export const EXCHANGES: Readonly<Record<MessageExchange | 'deadLetters', string>> = {
  tasks: 'berth.tasks',
  events: 'berth.events',
  deadLetters: 'berth.dead-letters',
};

export const DEAD_LETTER_QUEUE = 'berth.dead-letters';

/** A queue as its consumer declares it. */
export interface QueueSpec {
  readonly name: string;
  readonly exchange: MessageExchange;
  readonly bindingKeys: readonly string[];
  readonly options: Options.AssertQueue;
}

/** An agent's own queue goes away some time after the agent; what it held is found by the sweep. */
const AGENT_QUEUE_EXPIRES_MS = 600_000;
/** A heartbeat that nobody read for so long says nothing any more. */
const REGISTRY_MESSAGE_TTL_MS = 30_000;

/** The routing key of an agent's messages. */
export function agentRoutingKey(agentId: string): string {
  return `agent.${agentId}`;
}

/** The queue of an agent. Classic: it is small, comes and goes, and the database is the truth. */
export function agentQueue(agentId: string): QueueSpec {
  return {
    name: `berth.agent.${agentId}`,
    exchange: 'tasks',
    bindingKeys: [agentRoutingKey(agentId)],
    options: {
      durable: true,
      expires: AGENT_QUEUE_EXPIRES_MS,
      deadLetterExchange: EXCHANGES.deadLetters,
      deadLetterRoutingKey: 'agent',
    },
  };
}

/** The queue that all processes of a service share. */
export function serviceQueue(
  service: Exclude<ServiceName, 'agent' | 'api'>,
  types: readonly string[],
): QueueSpec {
  const common = {
    durable: true,
    deadLetterExchange: EXCHANGES.deadLetters,
    deadLetterRoutingKey: service,
  };
  return {
    name: `berth.${service}`,
    exchange: 'events',
    bindingKeys: types,
    options:
      service === 'registry'
        ? { ...common, messageTtl: REGISTRY_MESSAGE_TTL_MS }
        : // Results are kept safe; a message that fails again and again goes to the dead letters, where it is kept.
          { ...common, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 100 } },
  };
}

/** Declares what all services share. Declaring again what is there changes nothing. */
export async function assertTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(EXCHANGES.tasks, 'direct', { durable: true });
  await channel.assertExchange(EXCHANGES.events, 'topic', { durable: true });
  await channel.assertExchange(EXCHANGES.deadLetters, 'topic', { durable: true });
  await channel.assertQueue(DEAD_LETTER_QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(DEAD_LETTER_QUEUE, EXCHANGES.deadLetters, '#');
}

/** Declares one consumer's queue and its bindings. */
export async function assertQueue(channel: Channel, queue: QueueSpec): Promise<void> {
  await channel.assertQueue(queue.name, queue.options);
  for (const key of queue.bindingKeys) {
    await channel.bindQueue(queue.name, EXCHANGES[queue.exchange], key);
  }
}
