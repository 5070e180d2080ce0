import type { Database } from '../database.js';

/** Of two people who replay or discard at the same time, one is answered false. */
export async function replayDeadLetter(database: Database, id: string): Promise<boolean> {
  const rows = await database.rows(
    `update dead_letters set replayed_at = now()
     where id = $1 and replayed_at is null and discarded_at is null returning id`,
    [id],
  );
  return rows.length === 1;
}

/** The replay did not come about: the letter is open again. */
export async function reopenDeadLetter(database: Database, id: string): Promise<void> {
  await database.rows('update dead_letters set replayed_at = null where id = $1', [id]);
}

/** True also for a letter that is discarded already. */
export async function discardDeadLetter(database: Database, id: string): Promise<boolean> {
  const rows = await database.rows(
    `update dead_letters set discarded_at = coalesce(discarded_at, now())
     where id = $1 and replayed_at is null returning id`,
    [id],
  );
  return rows.length === 1;
}

/** How many wait for a person. */
export async function openDeadLetters(database: Database): Promise<number> {
  const [counted] = await database.rows<{ open: number }>(
    'select count(*)::int as open from dead_letters where replayed_at is null and discarded_at is null',
  );
  return counted?.open ?? 0;
}
