import type { TaskPhase } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql } from '../database.js';

export interface Observations {
  readonly by: Speaker;
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
 * another scheduler has handled meanwhile. A batch whose first and last line are there already was delivered before: all of
 * it is written at once. False means that the attempt is not the present one.
 */
export async function recordObservations(sql: Sql, seen: Observations): Promise<boolean> {
  const rows = await sql.rows(
    `with touched as (
       update tasks t set phases = case when $4::jsonb is null or status not in ('planning', 'applying') then phases
         else phases || jsonb_build_object($3::text, coalesce(phases -> $3::text, '{}'::jsonb) || jsonb_build_object('resources', $4::jsonb)) end
       where id = $1 and attempt = $2 and phase in ($3, 'apply') and status in ('planning', 'applying', 'apply_pending',
         'apply_queued', 'succeeded', 'failed', 'cancelled', 'discarded')
         and ${spokenFor('t', { agent: '$7', session: '$8' })}
       returning id, organization_id, attempt, status
     ), repeated as (
       select 1 from touched t where not exists (
         select 1 from (values ($5::jsonb -> 0), ($5::jsonb -> -1)) as edge(item)
         where not exists (
           select 1 from task_events e where e.task_id = t.id and e.attempt = t.attempt
             and e.at = (edge.item ->> 'at')::timestamptz(3) and e.event = edge.item ->> 'event'
             and e.message = edge.item ->> 'message' and e.data = edge.item -> 'data'))
     ), logged as (
       insert into task_events (organization_id, task_id, at, event, from_status, to_status, attempt, actor, message, data)
       select t.organization_id, t.id, (o.item ->> 'at')::timestamptz, o.item ->> 'event', t.status, t.status, t.attempt,
         $6, o.item ->> 'message', o.item -> 'data'
       from touched t, jsonb_array_elements($5::jsonb) with ordinality as o(item, n)
       where not exists (select 1 from repeated) order by o.n
     )
     select 1 from touched`,
    [
      seen.taskId,
      seen.attempt,
      seen.phase,
      seen.resources === undefined ? null : JSON.stringify(seen.resources),
      JSON.stringify(seen.observations),
      seen.actor,
      seen.by.agentId,
      seen.by.sessionId,
    ],
  );
  return rows.length === 1;
}
