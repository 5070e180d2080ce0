import type { Sql } from './database.js';

/** How many rows there are of each word, of a status or a state. */
export type Counts = Readonly<Record<string, number>>;

/** Runs a statement that gives rows of `word` and `count`. */
export async function readCounts(sql: Sql, statement: string, params: readonly unknown[]): Promise<Counts> {
  const rows = await sql.rows<{ word: string; count: number }>(statement, params);
  return Object.fromEntries(rows.map(({ word, count }) => [word, count]));
}
