import { Health, LOGGER, Metrics, type Logger } from '@berth/observability';
import type { Provider } from '@nestjs/common';
import { BrokerConnection } from './broker-connection.js';
import { Publisher } from './publisher.js';

export interface BrokerSettings {
  /** For example `scheduler publisher`. */
  readonly name: string;
  readonly url: string;
  readonly waitMs: number;
}

/** A connection for publishing and what publishes on it; the service opens it when everything else is there. */
export function brokerProviders({ name, url, waitMs }: BrokerSettings): Provider[] {
  return [
    {
      provide: BrokerConnection,
      useFactory: (logger: Logger, health: Health) => {
        const connection = new BrokerConnection({ url, name, waitMs, logger });
        health.add('broker', async () => connection.check());
        return connection;
      },
      inject: [LOGGER, Health],
    },
    {
      provide: Publisher,
      useFactory: (connection: BrokerConnection, logger: Logger, metrics: Metrics) =>
        new Publisher(connection, logger, metrics),
      inject: [BrokerConnection, LOGGER, Metrics],
    },
  ];
}
