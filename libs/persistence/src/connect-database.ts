import { DataSource } from 'typeorm';
import { Database } from './database.js';
import * as entities from './entities/index.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/index.js';
import { DatabaseUnavailable, translatePostgresError } from './postgres-errors.js';
import { SnakeNames } from './snake-names.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly poolSize: number;
  /** How long to wait for a server that is not there yet, in milliseconds. */
  readonly waitMs: number;
  /** Told of each failed try and each lost connection, without the URL's secrets. */
  readonly warn: (line: string) => void;
  /** Told how the schema is brought up to date, where it has to be. */
  readonly tell?: (line: string) => void;
}

/** Longer than any change of the schema should take; who waits says for whom. */
const MIGRATION_WAIT_MS = 600_000;

/**
 * Connects, waiting a bounded time for the server, and brings the schema up to date.
 * @throws DatabaseUnavailable when the server did not answer in time
 */
export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const deadline = Date.now() + options.waitMs;
  for (;;) {
    const dataSource = createDataSource(options);
    try {
      await dataSource.initialize();
      const database = new Database(dataSource);
      await migrate({
        url: options.url,
        applicationName: options.applicationName,
        migrations: MIGRATIONS,
        waitMs: MIGRATION_WAIT_MS,
        tell: options.tell ?? options.warn,
      });
      return database;
    } catch (error) {
      if (dataSource.isInitialized) {
        await dataSource.destroy();
      }
      const translated = translatePostgresError(error);
      if (!(translated instanceof DatabaseUnavailable) || Date.now() >= deadline) {
        throw withPlace(translated, options.url);
      }
      options.warn(`waiting for ${placeOf(options.url)}: ${translated.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    entities: Object.values(entities),
    namingStrategy: new SnakeNames(),
    synchronize: false,
    logging: false,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    poolErrorHandler: (error: unknown) => {
      options.warn(
        `a database connection was lost: ${error instanceof Error ? error.message : String(error)}`,
      );
    },
    extra: {
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      // The client's own deadline, for a server that has gone silent; longer than the server's, which also frees locks.
      query_timeout: 15_000,
      idle_in_transaction_session_timeout: 15_000,
      keepAlive: true,
      // Statements that do not depend on one another's rows go out together.
      pipeline: true,
    },
  });
}

function placeOf(url: string): string {
  const { hostname, port } = new URL(url);
  return `PostgreSQL at ${hostname}:${port === '' ? '5432' : port}`;
}

function withPlace(error: unknown, url: string): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`${placeOf(url)} (DATABASE_URL): ${reason}`, { cause: error });
}
