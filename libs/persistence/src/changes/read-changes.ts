import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

/** One thing that is another one than before. */
export interface Change {
  readonly id: string;
  /** Null: it belongs to those who run the platform. */
  readonly organizationId: string | null;
  readonly kind: string;
  readonly ref: string;
  /** The transaction that made it. */
  readonly xid: string;
}

export interface ReadChanges {
  readonly changes: readonly Change[];
  /** Whatever a transaction before this one has changed was there to be read. */
  readonly horizon: string;
}

/** A transaction of ours is ended by the server after 10 s: nothing that is older comes to light now. */
const LATEST = "and c.at > now() - interval '30 seconds'";

const READ = (
  more: string,
): string => `select h.horizon, c.id::text, c.organization_id as "organizationId", c.kind,
    c.ref, c.xid::text
  from (select pg_snapshot_xmin(pg_current_snapshot())::text as horizon) h
  left join lateral (
    select * from changes c where c.xid >= $1::text::xid8 ${more} order by c.id limit $2
  ) c on true`;

const RECENT = prepared(READ(LATEST));
const MISSED = prepared(READ('and (c.organization_id = $3::uuid or c.organization_id is null)'));

type Row = { readonly horizon: string } & { readonly [K in keyof Change]: Change[K] | null };

/** Those of this horizon and after it, of the last seconds, in which a look may come late. */
export async function readRecentChanges(sql: Sql, horizon: string, limit: number): Promise<ReadChanges> {
  return changesOf(await sql.rows<Row>(RECENT, [horizon, limit]));
}

/** Those that an organization's pages may have missed since. */
export async function readMissedChanges(
  sql: Sql,
  organizationId: string,
  horizon: string,
  limit: number,
): Promise<ReadChanges> {
  return changesOf(await sql.rows<Row>(MISSED, [horizon, limit, organizationId]));
}

/** Where somebody who begins to read now has to begin. */
export async function presentHorizon(sql: Sql): Promise<string> {
  const [row] = await sql.rows<{ horizon: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
  );
  return row?.horizon ?? '0';
}

/** Takes away the oldest of those that nobody can ask for any more. Gives how many. */
export async function endChanges(sql: Sql, keepMinutes: number, limit: number): Promise<number> {
  const gone = await sql.rows(
    `with over as (select id from changes where at < now() - $1::int * interval '1 minute' order by id limit $2),
     gone as (delete from changes c using over o where c.id = o.id returning 1)
     select * from gone`,
    [keepMinutes, limit],
  );
  return gone.length;
}

function changesOf(rows: readonly Row[]): ReadChanges {
  const changes = rows.filter((row) => row.id !== null).map(({ horizon: _, ...change }) => change as Change);
  return { changes, horizon: rows[0]?.horizon ?? '0' };
}
