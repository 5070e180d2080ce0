import type { TaskPhase } from '@berth/domain';
import type { Sql } from '../database.js';

export interface Observations {
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  readonly observations: readonly {
    readonly at: string;
    readonly event: string;
    readonly message: string;
    readonly data: object;
  }[];
  readonly resources?: object | undefined;
  readonly actor: string;
}

/**
 * What an attempt's terraform said of single resources. They may come after the result of the same attempt, which
 * another scheduler has handled meanwhile. False means that the attempt is not the present one.
 */
export async function recordObservations(sql: Sql, seen: Observations): Promise<boolean> {
  const rows = await sql.rows(
    `with touched as (
       update tasks set phases = case when $4::jsonb is null or status not in ('planning', 'applying') then phases
         else phases || jsonb_build_object($3::text, coalesce(phases -> $3::text, '{}'::jsonb) || jsonb_build_object('resources', $4::jsonb)) end
       where id = $1 and attempt = $2 and phase in ($3, 'apply') and status in ('planning', 'applying', 'apply_pending',
         'apply_queued', 'succeeded', 'failed', 'cancelled', 'discarded')
       returning id, organization_id, attempt, status
     ), logged as (
       insert into task_events (organization_id, task_id, at, event, from_status, to_status, attempt, actor, message, data)
       select t.organization_id, t.id, (o.item ->> 'at')::timestamptz, o.item ->> 'event', t.status, t.status, t.attempt,
         $6, o.item ->> 'message', o.item -> 'data'
       from touched t, jsonb_array_elements($5::jsonb) with ordinality as o(item, n) order by o.n
     )
     select 1 from touched`,
    [
      seen.taskId,
      seen.attempt,
      seen.phase,
      seen.resources === undefined ? null : JSON.stringify(seen.resources),
      JSON.stringify(seen.observations),
      seen.actor,
    ],
  );
  return rows.length === 1;
}
