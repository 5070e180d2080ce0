import { connectDatabase, type DatabaseOptions } from './connect-database.js';
import type { Database } from './database.js';

/** What a service has for its log, its metrics and its readiness; the rooms that own them are not needed here. */
export interface ServiceSurroundings {
  readonly logger: { info(line: string): void; warn(line: string): void };
  readonly metrics: { watchDatabase(read: () => Database['connections']): void };
  readonly health: { add(name: string, check: () => Promise<void>): void };
}

/** Opens the database for a service: waits for it, brings its schema up to date, and answers for it when asked. */
export async function openServiceDatabase(
  options: Omit<DatabaseOptions, 'warn' | 'tell'>,
  { logger, metrics, health }: ServiceSurroundings,
): Promise<Database> {
  const database = await connectDatabase({
    ...options,
    warn: (line) => {
      logger.warn(line);
    },
    tell: (line) => {
      logger.info(line);
    },
  });
  metrics.watchDatabase(() => database.connections);
  health.add('database', async () => {
    await database.rows('select 1');
  });
  return database;
}
