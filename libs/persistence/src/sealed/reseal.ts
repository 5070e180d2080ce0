import { BULK_MS, type Database } from '../database.js';

/** A column with values that the api has sealed. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
}

const PLACES_AT_ONCE = 500;

/**
 * Gives each value of a column to `reseal`, one at a time: some of them are a hundred megabytes. What it gives back is
 * stored in its place; null leaves it. Values that were written while it went on may come twice.
 */
export async function resealColumn(
  database: Database,
  { table, column }: SealedColumn,
  reseal: (sealed: Buffer) => Buffer | null,
): Promise<{ readonly seen: number; readonly changed: number }> {
  let seen = 0;
  let changed = 0;
  for (let after = '(0,0)'; ;) {
    // By the row's place, which every table has; a row that was stored anew has a later one, and is then left as it is.
    const places = await database.rows<{ place: string }>(
      `select ctid::text as place from ${table} where ctid > $1::tid and ${column} is not null
       order by ${table}.ctid limit ${PLACES_AT_ONCE}`,
      [after],
    );
    for (const { place } of places) {
      const isChanged = await database.transaction(BULK_MS, async (sql) => {
        const [row] = await sql.rows<{ sealed: Buffer }>(
          `select ${column} as sealed from ${table} where ctid = $1::tid and ${column} is not null for update`,
          [place],
        );
        const next = row === undefined ? null : reseal(row.sealed);
        if (next !== null) {
          await sql.rows(`update ${table} set ${column} = $2 where ctid = $1::tid`, [place, next]);
        }
        return next !== null;
      });
      seen += 1;
      changed += isChanged ? 1 : 0;
    }
    const last = places.at(-1);
    if (last === undefined) {
      return { seen, changed };
    }
    after = last.place;
  }
}

/** What stands in the way of a new key: who still seals with the old one, and what it cannot reach. */
export async function whatHoldsTheKey(
  database: Database,
): Promise<{ readonly apis: number; readonly builds: number }> {
  const [held] = await database.rows<{ apis: number; builds: number }>(
    `select (select count(*)::int from pg_stat_activity
         where datname = current_database() and application_name = 'berth api') as apis,
       (select count(*)::int from builds b join tasks t on t.id = b.task_id
         where b.certs_id is not null and b.parted_at is null and t.finished_at is null) as builds`,
  );
  return held ?? { apis: 0, builds: 0 };
}
