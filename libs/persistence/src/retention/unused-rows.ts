import { daysAgo, FIRST_OF_ALL, NO_ID, oldestFirst, sweepOfRows, type Sweep } from './sweep.js';

/** Configurations that are no workspace's present one, and that no task has run. */
export function unusedConfigurations(days: number): Sweep {
  return sweepOfRows({
    what: 'configuration',
    first: [NO_ID],
    candidates: `select id::text as id, array[id::text] as place from configurations
      where id > ($1::text[])[1]::uuid order by id limit $2`,
    // Whoever makes it the present one again, or a task of it, holds it meanwhile.
    lock: `select id::text as id from configurations where id = any($1::uuid[]) and created_at < ${daysAgo(days)}
      order by id for update skip locked`,
    unneeded: `select c.id::text as id from configurations c where c.id = any($1::uuid[])
      and not exists (select from tasks t where t.configuration_id = c.id)
      and not exists (select from workspaces w where w.id = c.workspace_id and w.current_configuration_id = c.id)`,
    remove: async (sql, ids) => {
      await sql.rows('delete from configurations where id = any($1::uuid[])', [ids]);
      return true;
    },
  });
}

/** Dead letters that somebody has replayed or discarded. */
export function closedDeadLetters(days: number): Sweep {
  const closedAt = 'greatest(replayed_at, discarded_at)';
  return sweepOfRows({
    what: 'dead letter',
    first: FIRST_OF_ALL,
    candidates: oldestFirst({
      table: 'dead_letters',
      id: 'id',
      at: closedAt,
      where: '(replayed_at is not null or discarded_at is not null)',
      days,
    }),
    lock: 'select id::text as id from dead_letters where id = any($1::uuid[]) order by id for update skip locked',
    unneeded: `select id::text as id from dead_letters
      where id = any($1::uuid[]) and ${closedAt} < ${daysAgo(days)}`,
    remove: async (sql, ids) => {
      await sql.rows('delete from dead_letters where id = any($1::uuid[])', [ids]);
      return true;
    },
  });
}
