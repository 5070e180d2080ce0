import { Health, LOGGER, Metrics, type Logger } from '@berth/observability';
import type { Provider } from '@nestjs/common';
import { BrokerConnection, type GuestOptions } from './broker-connection.js';
import { ChangeAnnouncer } from './change-announcer.js';
import { Publisher } from './publisher.js';
import type { SessionKey } from './signature.js';
import type { QueueSpec } from './topology.js';

export interface BrokerSettings {
  /** For example `scheduler publisher`. */
  readonly name: string;
  readonly url: string;
  readonly waitMs: number;
  /** The queues whose place on the broker the service looks after. */
  readonly queues: readonly QueueSpec[];
  /** Of an agent: as whom it connects, and the session that signs. */
  readonly guest?: GuestOptions;
  readonly speaker?: () => SessionKey | undefined;
}

/** A connection for publishing and what publishes on it; the service opens it when everything else is there. */
export function brokerProviders({ name, url, waitMs, queues, guest, speaker }: BrokerSettings): Provider[] {
  return [
    {
      provide: BrokerConnection,
      useFactory: (logger: Logger, health: Health, metrics: Metrics) => {
        const repairs = metrics.counter('berth_broker_repairs_total');
        const onRepair = (): void => {
          repairs.inc();
        };
        const connection = new BrokerConnection({
          url,
          name,
          waitMs,
          logger,
          watched: queues,
          onRepair,
          ...(guest === undefined ? {} : { guest }),
        });
        health.add('broker', async () => connection.check());
        metrics.watchBroker('publisher', connection);
        return connection;
      },
      inject: [LOGGER, Health, Metrics],
    },
    {
      provide: Publisher,
      useFactory: (connection: BrokerConnection, logger: Logger, metrics: Metrics, health: Health) => {
        const publisher = new Publisher(connection, logger, metrics, speaker);
        health.add('publisher', async () => publisher.check());
        return publisher;
      },
      inject: [BrokerConnection, LOGGER, Metrics, Health],
    },
    ...(guest === undefined ? [changeAnnouncer] : []),
  ];
}

/** Agents change nothing in the database. */
const changeAnnouncer: Provider = {
  provide: ChangeAnnouncer,
  useFactory: (connection: BrokerConnection, logger: Logger, metrics: Metrics) =>
    new ChangeAnnouncer(connection, logger, metrics),
  inject: [BrokerConnection, LOGGER, Metrics],
};
