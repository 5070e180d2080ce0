import { BULK_MS, type Database } from '../database.js';
import { renounceObjects } from './stored-objects.js';

export interface RetentionLimits {
  /** Builds that ended longer ago lose what is stored of them. */
  readonly days: number;
  /** How many ended builds of an organization keep it, the newest first. */
  readonly builds: number;
  /** How many builds at a time. */
  readonly limit: number;
}

/**
 * Parts ended builds from their stored bytes, by age and by count; what no other build refers to is unwanted then.
 * The builds themselves, their logs and timelines stay. Gives how many builds.
 */
export async function releaseOldObjects(database: Database, limits: RetentionLimits): Promise<number> {
  return database.transaction(BULK_MS, async (sql) => {
    const rows = await sql.rows<{ objects: (string | null)[] }>(
      `with stored as materialized (
         select b.task_id, t.finished_at, array[b.source_id, b.certs_id, b.result_id] as objects,
           row_number() over (partition by b.organization_id order by t.finished_at desc, t.id desc) as place
         from builds b join tasks t on t.id = b.task_id
         where t.finished_at is not null and (b.source_id is not null or b.certs_id is not null
           or b.result_id is not null or exists (select 1 from build_artifacts a where a.task_id = b.task_id))
       ), old as materialized (
         select task_id, objects from stored
         where finished_at < now() - $1::int * interval '1 day' or place > $2 order by finished_at limit $3
       ), emptied as (
         delete from build_artifacts a using old where a.task_id = old.task_id returning a.task_id, a.object_id
       ), parted as (
         update builds b set source_id = null, certs_id = null, sealed_passwords = null, result_id = null,
           parted_at = now(), updated_at = now()
         from old where b.task_id = old.task_id
       )
       select objects || array(select object_id from emptied where emptied.task_id = old.task_id) as objects from old`,
      [limits.days, limits.builds, limits.limit],
    );
    await renounceObjects(
      sql,
      rows.flatMap(({ objects }) => objects.filter((id) => id !== null)),
    );
    return rows.length;
  });
}
