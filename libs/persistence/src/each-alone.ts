import type { Database } from './database.js';

/** Hears of an item that could not be dealt with; what it throws ends the whole. */
export type ItemFailed = (item: string, error: unknown) => void;

/**
 * Deals with one item after the other. One that fails is told, and keeps nobody waiting behind it: a row that no statement
 * likes would otherwise be found first at each run, for ever. Gives how many were dealt with. @throws what the database throws
 * that is away, where every further item would only fail as well
 */
export async function eachAlone<T>(
  database: Database,
  items: readonly T[],
  { name, failed, work }: EachAlone<T>,
): Promise<number> {
  let done = 0;
  for (const item of items) {
    try {
      done += (await work(item)) ? 1 : 0;
    } catch (error) {
      await database.rows('select 1');
      failed(name(item), error);
    }
  }
  return done;
}

interface EachAlone<T> {
  /** For people. */
  readonly name: (item: T) => string;
  readonly failed: ItemFailed;
  /** False where there was nothing to do. */
  readonly work: (item: T) => Promise<boolean>;
}
