import type { Database } from './database.js';

/** Any number, the same in every starter. */
const MIGRATION_LOCK = 711_264_881;
const LOCK_WAIT_MS = 60_000;

/** Brings the schema up to date; of several starters one works and the others wait for it. */
export async function migrate(database: Database): Promise<void> {
  const runner = database.dataSource.createQueryRunner();
  try {
    await runner.connect();
    await runner.query(`set statement_timeout = ${LOCK_WAIT_MS}`);
    // A session's lock, because each migration has a transaction of its own; it ends with the connection at the latest.
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await database.dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await runner.query('reset statement_timeout').catch(() => undefined);
    await runner.release();
  }
}
