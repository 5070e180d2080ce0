import { SIMPLE_MS, type Database } from '../database.js';
import { eachAlone } from '../each-alone.js';
import { NO_ID, type Sweep } from './sweep.js';

export interface StatesToKeep {
  /** Of each workspace, the newest so many; at least the present one. */
  readonly count: number;
  /** And all that are younger. */
  readonly days: number;
}

/**
 * State versions that are neither among the newest of their workspace nor young, nor of a run that goes on or that a person has
 * to look at. Workspace by workspace: none is held up by one with many, nor by one whose versions cannot be removed.
 */
export function oldStates(keep: StatesToKeep): Sweep {
  return {
    what: 'state version',
    batch: async (database, { after, limit }, failed) => {
      const from = after ?? [NO_ID];
      const rows = await database.rows<{ id: string }>(
        'select id::text as id from workspaces where id > $1::uuid order by id limit $2',
        [from[0], limit],
      );
      const ids = rows.map(({ id }) => id);
      let removed = 0;
      const remove = async (some: readonly string[]): Promise<void> => {
        removed += await removeVersions(database, some, keep, limit);
      };
      await remove(ids).catch(async () =>
        eachAlone(database, ids, {
          name: (id) => `state version of workspace ${id}`,
          failed,
          work: async (id) => remove([id]).then(() => true),
        }),
      );
      const last = ids.at(-1);
      const next = ids.length < limit || last === undefined ? null : [last];
      return { removed, next: removed < limit ? next : from };
    },
  };
}

async function removeVersions(
  database: Database,
  workspaces: readonly string[],
  { count, days }: StatesToKeep,
  limit: number,
): Promise<number> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const rows = await sql.rows(
      `with old as materialized (
         select v.id from unnest($1::uuid[]) as w(id)
         cross join lateral (
           select number from state_versions where workspace_id = w.id
           order by number desc offset $3::int - 1 limit 1
         ) kept
         join state_versions v on v.workspace_id = w.id and v.number < kept.number
         where v.created_at < now() - $4::int * interval '1 day'
           and not exists (
             select from tasks t where t.id = v.task_id and (t.finished_at is null or t.needs_attention))
         limit $2 for update of v skip locked
       ), gone as (
         delete from state_versions v using old where v.id = old.id returning 1
       )
       select * from gone`,
      [workspaces, limit, Math.max(1, count), days],
    );
    return rows.length;
  });
}
