import type { ChannelModel, ConfirmChannel, Message } from 'amqplib';
import { EXCHANGES, type QueueSpec } from './topology.js';

/** The type of a message that says nothing: that it was routed is what is asked. Consumers drop it. */
export const PROBE_TYPE = 'berth.probe';
/** By then nobody needs it any more, where no consumer has dropped it. */
const PROBE_TTL_MS = 1_000;
/** Some answers in a row from a broker that is there. */
const PROBE_DEADLINE_MS = 4_000;

/** A part of the topology is not where it should be. */
export class TopologyIncomplete extends Error {
  constructor(what: string) {
    super(`${what} is missing on the broker`);
    this.name = 'TopologyIncomplete';
  }
}

/**
 * Looks whether every exchange is there, and whether what is sent to these queues is routed: AMQP tells of a binding
 * only to a message. On a channel of its own, because the broker closes one that asks for what is missing.
 * @throws TopologyIncomplete, or what the connection throws
 */
export async function probeTopology(model: ChannelModel, queues: readonly QueueSpec[]): Promise<void> {
  await onOwnChannel(model, async (channel) => {
    for (const name of Object.values(EXCHANGES)) {
      await channel.checkExchange(name).catch(missing(`exchange ${name}`));
    }
    for (const { name } of queues) {
      await channel.checkQueue(name).catch(missing(`queue ${name}`));
    }
    await probeBindings(channel, queues);
  });
}

/** Whatever becomes of it, nothing waits for it longer than the deadline, and its channel is closed. */
async function onOwnChannel(
  model: ChannelModel,
  work: (channel: ConfirmChannel) => Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`the broker did not answer within ${PROBE_DEADLINE_MS / 1_000} s`));
    }, PROBE_DEADLINE_MS);
  });
  const opening = model.createConfirmChannel();
  const worked = opening.then(async (channel) => {
    // The error of a closed channel is that of the call that it answers.
    channel.on('error', () => undefined);
    await work(channel);
  });
  try {
    await Promise.race([worked, late]);
  } finally {
    clearTimeout(timer);
    opening.then(async (channel) => channel.close()).catch(() => undefined);
  }
}

async function probeBindings(channel: ConfirmChannel, queues: readonly QueueSpec[]): Promise<void> {
  const returned: string[] = [];
  channel.on('return', ({ fields }: Message) => {
    returned.push(`the binding of ${fields.exchange} for ${fields.routingKey}`);
  });
  for (const { bindings } of queues) {
    for (const { exchange, key } of bindings) {
      channel.publish(EXCHANGES[exchange], key === '#' ? PROBE_TYPE : key, Buffer.alloc(0), {
        type: PROBE_TYPE,
        mandatory: true,
        expiration: PROBE_TTL_MS,
      });
    }
  }
  await channel.waitForConfirms();
  if (returned.length > 0) {
    throw new TopologyIncomplete(returned.join(', '));
  }
}

const NOT_FOUND = 404;

function missing(what: string): (error: Error & { code?: number }) => never {
  return (error) => {
    throw error.code === NOT_FOUND ? new TopologyIncomplete(what) : error;
  };
}
