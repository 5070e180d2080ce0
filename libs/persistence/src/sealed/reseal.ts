import { BULK_MS, type Database, type Sql } from '../database.js';
import { beginOf, completed } from '../large-values.js';
import type { RawRow } from '../rows.js';

/** A column with values that the api has sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
}

/** Where some values are older than their sealing: which are not sealed, and what says so of one that is. */
interface Mark {
  readonly isPlain: string;
  readonly set: string;
}

const MARKS: Readonly<Record<string, Mark>> = {
  'task_log_chunks.content': {
    isPlain: 'plain_bytes is null',
    set: ', plain_bytes = coalesce(plain_bytes, length(content))',
  },
  'configurations.content': { isPlain: 'not is_sealed', set: ', is_sealed = true' },
};
const UNMARKED: Mark = { isPlain: 'false', set: '' };

function markOf({ table, column }: SealedColumn): Mark {
  return MARKS[`${table}.${column}`] ?? UNMARKED;
}

/** Gives what is stored in a value's place; null leaves it. */
type Reseal = (content: Buffer, isPlain: boolean) => Buffer | null;

export interface ResealStep {
  /** The row behind which it goes on. */
  readonly after: string;
  /** With what each value begins that needs nothing. */
  readonly header: Buffer;
  readonly limit: number;
}

/** The first row's predecessor. */
export const FIRST_PLACE = '(0,0)';

/**
 * Seals some of a column's values anew that begin otherwise than `header`, one at a time: some of them are a hundred
 * megabytes. By the row's place, which every table has. A row that is changed meanwhile may get a place that was passed
 * already: only a whole pass that finds nothing says that nothing is left.
 */
export async function resealSome(
  database: Database,
  place: SealedColumn,
  { after, header, limit }: ResealStep,
  reseal: Reseal,
): Promise<{ readonly after: string; readonly seen: number; readonly resealed: number }> {
  const { table, column } = place;
  const { isPlain } = markOf(place);
  const rows = await database.rows<{ place: string; isOld: boolean }>(
    `select ctid::text as place, (${isPlain}) or substring(${column} from 1 for ${header.length}) <> $3 as "isOld"
     from ${table} where ctid > $1::tid and ${column} is not null order by ${table}.ctid limit $2`,
    [after, limit, header],
  );
  let resealed = 0;
  for (const row of rows.filter(({ isOld }) => isOld)) {
    resealed += (await resealOne(database, place, row.place, reseal)) ? 1 : 0;
  }
  return { after: rows.at(-1)?.place ?? after, seen: rows.length, resealed };
}

async function resealOne(
  database: Database,
  place: SealedColumn,
  ctid: string,
  reseal: Reseal,
): Promise<boolean> {
  const { table, column } = place;
  const { isPlain, set } = markOf(place);
  return database.transaction(BULK_MS, async (sql) => {
    const [row] = await sql.rows<RawRow>(
      `select (${isPlain}) as "isPlain", ${beginOf(column)} from ${table}
       where ctid = $1::tid and ${column} is not null for no key update`,
      [ctid],
    );
    const where = 'ctid = $1::tid';
    const read =
      row === undefined
        ? null
        : await completed<{ isPlain: boolean }>(sql, { table, column, where }, ctid, row);
    const next = read === null ? null : reseal(read.value, read.row.isPlain);
    if (next !== null) {
      await sql.rows(`update ${table} set ${column} = $2${set} where ctid = $1::tid`, [ctid, next]);
    }
    return next !== null;
  });
}

/** The smallest sealed value of a column, null where there is none. */
export async function readSealedSample(sql: Sql, place: SealedColumn): Promise<Buffer | null> {
  const { table, column } = place;
  const [row] = await sql.rows<{ sealed: Buffer }>(
    `select ${column} as sealed from ${table} where ${column} is not null and not (${markOf(place).isPlain})
     order by length(${column}) limit 1`,
  );
  return row?.sealed ?? null;
}
