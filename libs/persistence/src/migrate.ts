import { setTimeout as wait } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';
import type { Database } from './database.js';

/** Any number, the same in every starter. */
const MIGRATION_LOCK = 711_264_881;
const LOCK_WAIT_MS = 60_000;

/** How often a starter looks whether it is its turn. */
const LOOK_MS = 200;

/** Brings the schema up to date; of several starters one works and the others wait for it. */
export async function migrate(database: Database): Promise<void> {
  const runner = database.dataSource.createQueryRunner();
  try {
    await runner.connect();
    await runner.query(`set statement_timeout = ${LOCK_WAIT_MS}`);
    await takeLock(runner);
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

/**
 * A session's lock, because each migration has a transaction of its own; it ends with the connection at the latest. Asked
 * for again and again: a statement that waits for it keeps a snapshot, which an index that is made concurrently waits for.
 */
async function takeLock(runner: QueryRunner): Promise<void> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const [answer] = (await runner.query('select pg_try_advisory_lock($1) as taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (answer?.taken === true) {
      return;
    }
    if (Date.now() >= deadline) {
      throw new Error(`another process has changed the schema for more than ${LOCK_WAIT_MS / 1_000} s`);
    }
    await wait(LOOK_MS);
  }
}
