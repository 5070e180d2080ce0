import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';

/** The columns by which candidates are ordered, of the last one that was looked at. */
export type Place = readonly string[];

export interface SweepStep {
  /** Where the batch begins; null at the beginning. */
  readonly after: Place | null;
  /** How many rows it looks at, at the most. */
  readonly limit: number;
}

export interface Swept {
  readonly removed: number;
  /** Behind which the next batch begins; null where nothing is left to be looked at. */
  readonly next: Place | null;
}

/** One kind of what is removed when it is old, in batches that are short however much there is. */
export interface Sweep {
  /** What is removed, in the metric. */
  readonly what: string;
  /** Looks at one batch. What could not be removed is told to `failed`, and is in nobody's way. */
  batch(database: Database, step: SweepStep, failed: ItemFailed): Promise<Swept>;
}

/** How the rows of one kind are found and removed. All SQL. */
export interface RowRules {
  readonly what: string;
  /** Before the first row: values for the columns of `place`. */
  readonly first: Place;
  /**
   * Those that are old enough, as `id` and `place` (a text[]), ordered by their place, from behind the place of $1 (a
   * text[]) on, at most $2.
   */
  readonly candidates: string;
  /** Locks those of $1 (a text[]) that nobody else has locked, and gives their `id`. */
  readonly lock: string;
  /** Gives the `id` of those of $1 that nobody needs. A statement of its own: what came about before the lock is seen. */
  readonly unneeded: string;
  /** Removes those. False: not all that belongs to them has gone yet, and they are tried again. */
  readonly remove: (sql: Sql, ids: readonly string[]) => Promise<boolean>;
}

/**
 * Rows are looked at from the oldest on, a bounded number at a time, whether they go or are still needed. Where a batch fails,
 * each of its rows is tried alone.
 */
export function sweepOfRows(rules: RowRules): Sweep {
  return {
    what: rules.what,
    batch: async (database, { after, limit }, failed) => {
      const found = await database.rows<{ id: string; place: string[] }>(rules.candidates, [
        after ?? rules.first,
        limit,
      ]);
      const ids = found.map(({ id }) => id);
      const { removed, done } = await removeTogether(database, rules, ids).catch(async (error: unknown) =>
        removeAlone(database, rules, ids, error, failed),
      );
      const last = found.length < limit ? null : (found.at(-1)?.place ?? null);
      return { removed, next: done ? last : (after ?? rules.first) };
    },
  };
}

interface Removed {
  readonly removed: number;
  readonly done: boolean;
}

async function removeTogether(database: Database, rules: RowRules, ids: readonly string[]): Promise<Removed> {
  if (ids.length === 0) {
    return { removed: 0, done: true };
  }
  return database.transaction(SIMPLE_MS, async (sql) => {
    const locked = await sql.rows<{ id: string }>(rules.lock, [ids]);
    const unneeded = await sql.rows<{ id: string }>(rules.unneeded, [locked.map(({ id }) => id)]);
    const done =
      unneeded.length === 0 ||
      (await rules.remove(
        sql,
        unneeded.map(({ id }) => id),
      ));
    return { removed: done ? unneeded.length : 0, done };
  });
}

async function removeAlone(
  database: Database,
  rules: RowRules,
  ids: readonly string[],
  error: unknown,
  failed: ItemFailed,
): Promise<Removed> {
  if (ids.length === 1) {
    await database.rows('select 1');
    failed(`${rules.what} ${ids[0] ?? ''}`, error);
    return { removed: 0, done: true };
  }
  let done = true;
  const removed = await eachAlone(database, ids, {
    name: (id) => `${rules.what} ${id}`,
    failed,
    work: async (id) => {
      const one = await removeTogether(database, rules, [id]);
      done &&= one.done;
      return one.removed === 1;
    },
  });
  return { removed, done };
}

/** Before every other id. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Before every time and every uuid: where candidates that are found by age begin. */
export const FIRST_OF_ALL: Place = ['-infinity', NO_ID];

export interface Aged {
  readonly table: string;
  /** A column, in its type. */
  readonly id: string;
  readonly idType?: 'uuid' | 'text';
  /** What they are so old by: a column, or the expression of an index. */
  readonly at: string;
  readonly where?: string;
  readonly days: number;
}

/** SQL for candidates: the oldest first, along an index of their age and id. */
export function oldestFirst({ table, id, idType = 'uuid', at, where = 'true', days }: Aged): string {
  return `select ${id}::text as id, array[(${at})::text, ${id}::text] as place from ${table}
    where ${where} and ${at} < ${daysAgo(days)}
      and (${at}, ${id}) > (($1::text[])[1]::timestamptz, ($1::text[])[2]::${idType})
    order by ${at}, ${id} limit $2`;
}

/** SQL: before so many days. */
export function daysAgo(days: number): string {
  return `now() - interval '${Math.trunc(days)} days'`;
}
