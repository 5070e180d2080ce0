import { setTimeout as wait } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

/** Any number, the same in every starter. */
const MIGRATION_LOCK = 711_264_881;

/** How often a starter looks whether it is its turn, and says whom it waits for. */
const LOOK_MS = 200;
const TELL_MS = 5_000;

export interface MigrationLock {
  release(): Promise<void>;
}

/**
 * A session's lock, because each migration has a transaction of its own; it ends with the connection at the latest. Asked
 * for again and again: a statement that waits for it keeps a snapshot, which an index that is made concurrently waits for.
 */
export async function migrationLock(
  runner: QueryRunner,
  { waitMs, tell }: { readonly waitMs: number; readonly tell: (line: string) => void },
): Promise<MigrationLock> {
  const deadline = performance.now() + waitMs;
  let tellAt = performance.now();
  for (;;) {
    const [answer] = (await runner.query('select pg_try_advisory_lock($1) as taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (answer?.taken === true) {
      return {
        release: async () => {
          await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
        },
      };
    }
    if (performance.now() >= deadline) {
      throw new Error(
        `another process has changed the schema for more than ${waitMs / 1_000} s: ${await holderOf(runner)}`,
      );
    }
    if (performance.now() >= tellAt) {
      tell(`waiting for another process that changes the schema: ${await holderOf(runner)}`);
      tellAt += TELL_MS;
    }
    await wait(LOOK_MS);
  }
}

/** Who has the lock, and what it does at this moment. */
async function holderOf(runner: QueryRunner): Promise<string> {
  const [holder] = (await runner.query(
    `select format('%s, pid %s, for %s s: %s', a.application_name, a.pid,
       coalesce(round(extract(epoch from clock_timestamp() - a.query_start))::int, 0),
       left(regexp_replace(a.query, '\\s+', ' ', 'g'), 120)) as told
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.classid = 0 and l.objid = $1 and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())`,
    [MIGRATION_LOCK],
  )) as { told: string }[];
  return holder?.told ?? 'it has just ended';
}
