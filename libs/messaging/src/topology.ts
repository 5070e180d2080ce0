import {
  MESSAGES,
  MESSAGE_TYPES,
  type MessageExchange,
  type MessageType,
  type ServiceName,
} from '@berth/contracts';
import type { Channel, Options } from 'amqplib';
import { ALARM_LEVELS_MS, alarmKey, type AlarmLevelMs } from './alarm-levels.js';
import { TopologyMismatch } from './topology-mismatch.js';

/** What is on the broker beside the exchanges of the catalogue. */
export type BrokerExchange = MessageExchange | 'alarms' | 'deadLetters';

/**
 * Names on the broker. `tasks` is direct, with one routing key for each agent; no alternate exchange, or returns would not
 * come. `reports` is direct and only for what agents say: whoever may write there reaches no other queue, whatever
 * routing keys they add (CC and BCC go around a broker's topic permissions before RabbitMQ 4).
 */
export const EXCHANGES: Readonly<Record<BrokerExchange, string>> = {
  tasks: 'berth.tasks',
  reports: 'berth.reports',
  events: 'berth.events',
  changes: 'berth.changes',
  alarms: 'berth.alarms',
  deadLetters: 'berth.dead-letters',
};

/** What of an exchange a queue gets. */
export interface Binding {
  readonly exchange: BrokerExchange;
  readonly key: string;
}

/** A queue as its consumer declares it. */
export interface QueueSpec {
  readonly name: string;
  readonly bindings: readonly Binding[];
  /** An older version has made these: they go elsewhere now. */
  readonly formerBindings?: readonly Binding[];
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
    bindings: [{ exchange: 'tasks', key: agentRoutingKey(agentId) }],
    options: {
      durable: true,
      expires: AGENT_QUEUE_EXPIRES_MS,
      deadLetterExchange: EXCHANGES.deadLetters,
      deadLetterRoutingKey: 'agent',
    },
  };
}

/**
 * The queue of one api process, which goes with its connection. What was said while it was not there is found by a sweep, so
 * nothing is kept: of more than can be heard the oldest go.
 */
export const changesQueue: Options.AssertQueue = {
  exclusive: true,
  autoDelete: true,
  durable: false,
  messageTtl: 10_000,
  maxLength: 1_000,
  arguments: { 'x-queue-type': 'classic' },
};

/** They say "look now" and no more: what there is to see is in the database. */
const BELLS: readonly MessageType[] = ['task.runnable', 'task.stop_requested'];
/** By then the scheduler has looked by itself. */
const BELL_TTL_MS = 60_000;

/** The queues that all processes of a service share. */
export function serviceQueues(service: Exclude<ServiceName, 'agent' | 'api'>): readonly QueueSpec[] {
  const types = MESSAGE_TYPES.filter((type) => MESSAGES[type].to === service && !BELLS.includes(type));
  const bindings = types.map((type) => ({ exchange: MESSAGES[type].exchange, key: type }));
  const formerBindings = [...types, ...(service === 'scheduler' ? BELLS : [])].map((type) => ({
    exchange: 'events' as const,
    key: type,
  }));
  const common = {
    durable: true,
    deadLetterExchange: EXCHANGES.deadLetters,
    deadLetterRoutingKey: service,
  };
  const name = `berth.${service}`;
  if (service === 'registry') {
    const options = { ...common, messageTtl: REGISTRY_MESSAGE_TTL_MS };
    return [{ name, bindings, formerBindings, options }];
  }
  return [
    {
      name,
      bindings,
      formerBindings,
      // Results are kept safe; a message that fails again and again goes to the dead letters, where it is kept.
      options: { ...common, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 100 } },
    },
    {
      // A person waits for them: they stand behind no results, and wait for no copy on a disk.
      name: `${name}.bells`,
      bindings: BELLS.map((type) => ({ exchange: MESSAGES[type].exchange, key: type })),
      options: { durable: true, messageTtl: BELL_TTL_MS, arguments: { 'x-queue-type': 'classic' } },
    },
  ];
}

/** What nobody could handle, on its way to the database. Its arguments cannot change, or no service could declare it. */
export const DEAD_LETTER_QUEUE: QueueSpec = {
  name: 'berth.dead-letters',
  bindings: [{ exchange: 'deadLetters', key: '#' }],
  options: { durable: true, arguments: { 'x-queue-type': 'quorum' } },
};

/** Nobody consumes them: their messages wait for the level's time, then wake the scheduler. */
export function alarmQueues(): readonly QueueSpec[] {
  return ALARM_LEVELS_MS.map(alarmQueue);
}

function alarmQueue(level: AlarmLevelMs): QueueSpec {
  return {
    name: `berth.alarm.${alarmKey(level)}`,
    bindings: [{ exchange: 'alarms', key: alarmKey(level) }],
    options: {
      durable: true,
      messageTtl: level,
      deadLetterExchange: EXCHANGES.events,
      deadLetterRoutingKey: 'task.runnable',
      arguments: { 'x-queue-type': 'classic' },
    },
  };
}

/** Declares what all services share. Declaring again what is there changes nothing. @throws TopologyMismatch */
export async function assertTopology(channel: Channel): Promise<void> {
  await assertExchange(channel, EXCHANGES.tasks, 'direct');
  await assertExchange(channel, EXCHANGES.reports, 'direct');
  await assertExchange(channel, EXCHANGES.events, 'topic');
  await assertExchange(channel, EXCHANGES.alarms, 'direct');
  await assertChanges(channel);
  await assertDeadLetters(channel);
  for (const queue of alarmQueues()) {
    await assertQueue(channel, queue);
  }
}

/** Declares where changes are told. @throws TopologyMismatch */
export async function assertChanges(channel: Channel): Promise<void> {
  await assertExchange(channel, EXCHANGES.changes, 'fanout');
}

/** Declares where dead letters go. @throws TopologyMismatch */
export async function assertDeadLetters(channel: Channel): Promise<void> {
  await assertExchange(channel, EXCHANGES.deadLetters, 'topic');
  await assertQueue(channel, DEAD_LETTER_QUEUE);
}

/** Declares one consumer's queue and its bindings. @throws TopologyMismatch */
export async function assertQueue(channel: Channel, queue: QueueSpec): Promise<void> {
  await channel.assertQueue(queue.name, queue.options).catch(refusal(`queue ${queue.name}`));
  for (const { exchange, key } of queue.bindings) {
    await channel.bindQueue(queue.name, EXCHANGES[exchange], key);
  }
  for (const { exchange, key } of queue.formerBindings ?? []) {
    await channel.unbindQueue(queue.name, EXCHANGES[exchange], key);
  }
}

async function assertExchange(
  channel: Channel,
  name: string,
  type: 'direct' | 'topic' | 'fanout',
): Promise<void> {
  await channel.assertExchange(name, type, { durable: true }).catch(refusal(`exchange ${name}`));
}

const PRECONDITION_FAILED = 406;

function refusal(what: string): (error: Error & { code?: number }) => never {
  return (error) => {
    throw error.code === PRECONDITION_FAILED ? new TopologyMismatch(what, error) : error;
  };
}
