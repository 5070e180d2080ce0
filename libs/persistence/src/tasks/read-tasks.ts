import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { prepared } from '../statement.js';

/** A task with its workspace, its reservation, the digests of its plan and who has approved that, where it has them. */
export interface TaskWithReservation extends TaskRow {
  readonly workspaceName: string | null;
  readonly projectId: string | null;
  /** Who queued it. */
  readonly createdBy: string | null;
  readonly reservedUntil: Date | null;
  readonly effectsDigest: string | null;
  readonly contextDigest: string | null;
  readonly inputsDigest: string | null;
  readonly digestVersion: number | null;
  readonly digestKeyId: string | null;
  /** How many people its workspace asks for; null of what belongs to none. */
  readonly approvalsNeeded: number | null;
  /** To the plan that it has now, in their order. */
  readonly approvals: readonly {
    readonly actor: string;
    readonly comment: string | null;
    readonly at: string;
  }[];
}

/** `t` and all that belongs to it; the first line of a timeline says who queued the task. */
export const TASKS = `select t.*, w.name as workspace_name, w.project_id, s.reserved_until, d.effects as effects_digest, d.context as context_digest,
    d.inputs as inputs_digest, d.version as digest_version, d.key_id as digest_key_id, w.approvals as approvals_needed,
    (select e.actor from task_events e where e.task_id = t.id order by e.id limit 1) as created_by,
    coalesce((select jsonb_agg(jsonb_build_object('actor', a.actor, 'comment', a.comment, 'at', a.at) order by a.at, a.id)
      from approvals a where a.task_id = t.id and a.plan_hash = t.plan_hash and not a.voided), '[]') as approvals
  from tasks t
  left join workspaces w on w.id = t.workspace_id
  left join slots s on s.task_id = t.id and s.state = 'reserved'
  left join plan_digests d on d.task_id = coalesce(t.plan_task_id, t.id) and d.plan_hash = t.plan_hash`;

const ONE_TASK = prepared(`${TASKS} where t.organization_id = $1 and t.id = $2 and w.deleted_at is null`);

/** Null: the organization has no such task. */
export async function readTask(
  sql: Sql,
  organizationId: string,
  id: string,
): Promise<TaskWithReservation | null> {
  const [row] = await sql.rows<RawRow>(ONE_TASK, [organizationId, id]);
  return row === undefined ? null : toEntity<TaskWithReservation>(row);
}

const TASKS_BY_ID = prepared(`${TASKS} where t.id = any($1::uuid[]) and w.deleted_at is null`);

/** Those of them that are there, whosesoever they are. */
export async function readTasks(sql: Sql, ids: readonly string[]): Promise<TaskWithReservation[]> {
  const rows = await sql.rows<RawRow>(TASKS_BY_ID, [ids]);
  return rows.map((row) => toEntity<TaskWithReservation>(row));
}
