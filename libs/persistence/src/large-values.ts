import { DatabaseUnavailable } from './postgres-errors.js';
import type { RawRow } from './rows.js';
import type { Sql } from './sql.js';

/**
 * The driver reads a value of bytes as hexadecimal text, two characters for each byte, and the longest string of V8 has
 * 2^29 - 24: a value of 256 MB ended the process. In pieces, only one of which is text at a time, each can be read that
 * PostgreSQL can hold. Sealed values do not compress, so a piece is found where it lies.
 */
const PIECE_BYTES = 4 * 1024 * 1024;
/** The row may be changed between two pieces, and again the next time. */
const MOST_READINGS = 10;

/** Where a value may be of any size: a column, and what finds its row by one parameter. */
export interface LargeValue {
  readonly table: string;
  readonly column: string;
  readonly where: string;
}

/** For a `select`: a column's first bytes, the size of all, and which version of the row they are of. */
export function beginOf(column: string, alias = ''): string {
  const value = `${alias}${column}`;
  return `octet_length(${value})::float8 as "valueBytes", ${alias}xmin::text as "valueVersion",
    substring(${value} from 1 for ${PIECE_BYTES}) as "valueBegin"`;
}

/** Inside of a transaction nobody waits for room. */
interface LargeReader extends Sql {
  readonly roomFor?: (bytes: number) => Promise<void>;
}

interface Begun {
  readonly valueBytes: number | null;
  readonly valueVersion: string;
  readonly valueBegin: Buffer | null;
}

/** The row without what `beginOf` has added, and the value that it begins. Null where there is none, or the row has gone meanwhile. */
export async function completed<R>(
  sql: LargeReader,
  place: LargeValue,
  key: string,
  row: RawRow,
): Promise<{ readonly row: R; readonly value: Buffer } | null> {
  const { valueBytes, valueVersion, valueBegin, ...rest } = row as unknown as Begun & RawRow;
  const value = await wholeOf(sql, place, key, { valueBytes, valueVersion, valueBegin });
  return value === undefined || value === null ? null : { row: rest as R, value };
}

/** One value, null where it is null. Undefined where there is no such row. */
export async function readLargeValue(
  sql: LargeReader,
  place: LargeValue,
  key: string,
): Promise<Buffer | null | undefined> {
  return wholeOf(sql, place, key, await begin(sql, place, key));
}

async function begin(
  sql: LargeReader,
  { table, column, where }: LargeValue,
  key: string,
): Promise<Begun | undefined> {
  const [row] = await sql.rows<Begun>(`select ${beginOf(column)} from ${table} where ${where}`, [key]);
  return row;
}

async function wholeOf(
  sql: LargeReader,
  place: LargeValue,
  key: string,
  first: Begun | undefined,
): Promise<Buffer | null | undefined> {
  let begun = first;
  for (let readings = 0; readings < MOST_READINGS; readings += 1) {
    if (begun === undefined) {
      return undefined;
    }
    const whole = await withRest(sql, place, key, begun);
    if (whole !== 'changed') {
      return whole;
    }
    begun = await begin(sql, place, key);
  }
  throw new DatabaseUnavailable(new Error(`a row of ${place.table} was changed whenever it was read`));
}

/** Without a transaction, which would hold back the database's own cleaning for as long as a slow reading takes. */
async function withRest(
  sql: LargeReader,
  { table, column, where }: LargeValue,
  key: string,
  { valueBytes, valueVersion, valueBegin }: Begun,
): Promise<Buffer | null | 'changed'> {
  if (valueBytes === null || valueBegin === null || valueBegin.length === valueBytes) {
    return valueBegin;
  }
  await sql.roomFor?.(valueBytes);
  const whole = Buffer.allocUnsafe(valueBytes);
  let at = valueBegin.copy(whole);
  while (at < valueBytes) {
    const [row] = await sql.rows<{ piece: Buffer }>(
      `select substring(${column} from $2::int for $3::int) as piece from ${table}
       where ${where} and xmin::text = $4`,
      [key, at + 1, PIECE_BYTES, valueVersion],
    );
    if (row === undefined || row.piece.length === 0) {
      return 'changed';
    }
    at += row.piece.copy(whole, at);
  }
  return whole;
}
