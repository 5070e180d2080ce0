import type { TaskPhase } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import type { Sql } from '../database.js';
import { prepared } from '../statement.js';

export interface Progress {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  readonly at: string;
  readonly stage: string;
  readonly message: string;
  readonly record: object;
  readonly actor: string;
}

const PROGRESS = prepared(
  `with touched as (
     update tasks t set stage = case when stop_requested is null then $4 else stage end,
       phases = phases || jsonb_build_object($3::text, coalesce(phases -> $3::text, '{}'::jsonb) || $5::jsonb)
     where id = $1 and attempt = $2 and status in ('planning', 'applying', 'running')
       and ${spokenFor('t', { agent: '$9', session: '$10' })}
     returning id, organization_id, attempt, status
   ), logged as (
     insert into task_events (organization_id, task_id, at, event, from_status, to_status, attempt, actor, message)
     select organization_id, id, $6::timestamptz, $4, status, status, attempt, $7, $8 from touched
   )
   select 1 from touched`,
);

/** A step of the work began. False means that the attempt is not the present one, or not at work any more. */
export async function recordProgress(sql: Sql, progress: Progress): Promise<boolean> {
  const rows = await sql.rows(PROGRESS, [
    progress.taskId,
    progress.attempt,
    progress.phase,
    progress.stage,
    JSON.stringify(progress.record),
    progress.at,
    progress.actor,
    progress.message,
    progress.by.agentId,
    progress.by.sessionId,
  ]);
  return rows.length === 1;
}
