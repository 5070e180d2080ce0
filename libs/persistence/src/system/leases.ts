import type { Sql } from '../database.js';

/**
 * Takes what only one process does, or keeps it, for so many seconds. False while another one has it. By the database's
 * clock alone: whoever does not renew it in time may find another one in its place, and never beside it.
 */
export async function takeLease(sql: Sql, name: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await sql.rows(
    `with taken as (
       insert into leases as l (name, holder, held_until)
       values ($1, $2, clock_timestamp() + $3::int * interval '1 second')
       on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
         where l.holder = excluded.holder or l.held_until < clock_timestamp()
       returning 1
     )
     select 1 from taken`,
    [name, holder, seconds],
  );
  return rows.length === 1;
}

/** Gives it back, so that another process need not wait for its end. */
export async function giveLeaseBack(sql: Sql, name: string, holder: string): Promise<void> {
  await sql.rows('delete from leases where name = $1 and holder = $2', [name, holder]);
}
