import type { ServiceName } from '@berth/contracts';
import { LOGGER, Metrics, type Health, type Logger } from '@berth/observability';
import type { INestApplication } from '@nestjs/common';
import { BerthServer } from './berth-server.js';
import { BrokerConnection, type GuestOptions } from './broker-connection.js';
import { Publisher } from './publisher.js';
import type { FindSession } from './senders.js';
import { serviceQueues, type QueueSpec } from './topology.js';

export interface ListenOptions {
  readonly service: Exclude<ServiceName, 'api'>;
  readonly url: string;
  /** The agent's own; the other services share theirs. */
  readonly queue?: QueueSpec;
  /** Of an agent. */
  readonly guest?: GuestOptions;
  /** Tells whose session a message belongs to. */
  readonly findSession: FindSession;
  readonly prefetch: number;
  readonly waitMs: number;
  /** How long a stop waits for handlers in hand, in milliseconds. */
  readonly drainMs: number;
  readonly health: Health;
}

/** Feeds the app's message handlers from the broker, on a connection of their own, which it gives. */
export async function listenForMessages(
  app: INestApplication,
  options: ListenOptions,
): Promise<BrokerConnection> {
  const { service, url, prefetch, waitMs, drainMs, guest, findSession } = options;
  const logger = app.get<Logger>(LOGGER);
  const connection = new BrokerConnection({
    url,
    name: `${service} consumer`,
    waitMs,
    logger,
    ...(guest === undefined ? {} : { guest }),
  });
  const metrics = app.get(Metrics);
  metrics.watchBroker('consumer', connection);
  const strategy = new BerthServer({
    service,
    connection,
    // An agent may not write there: of what it cannot handle, the broker keeps the bytes.
    publisher: service === 'agent' ? null : app.get(Publisher),
    findSession,
    queues: options.queue === undefined ? sharedQueues(service) : [options.queue],
    prefetch,
    drainMs,
    logger,
    metrics,
  });
  options.health.add('consumer', async () => strategy.check());
  app.connectMicroservice({ strategy });
  await app.startAllMicroservices();
  return connection;
}

function sharedQueues(service: Exclude<ServiceName, 'api'>): readonly QueueSpec[] {
  if (service === 'agent') {
    throw new Error('an agent listens to a queue of its own');
  }
  return serviceQueues(service);
}
