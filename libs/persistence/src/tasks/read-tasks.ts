import type { Places, TaskKind, TaskStatus } from '@berth/domain';
import type { Database, Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';
import { prepared } from '../statement.js';

/** A task with its reservation, the digests of its plan and who has approved that, where it has them. */
export interface TaskWithReservation extends TaskRow {
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

const TASKS = `select t.*, s.reserved_until, d.effects as effects_digest, d.context as context_digest,
    d.inputs as inputs_digest, d.version as digest_version, d.key_id as digest_key_id, w.approvals as approvals_needed,
    coalesce((select jsonb_agg(jsonb_build_object('actor', a.actor, 'comment', a.comment, 'at', a.at) order by a.at, a.id)
      from approvals a where a.task_id = t.id and a.plan_hash = t.plan_hash and not a.voided), '[]') as approvals
  from tasks t
  left join workspaces w on w.id = t.workspace_id
  left join slots s on s.task_id = t.id and s.state = 'reserved'
  left join plan_digests d on d.task_id = coalesce(t.plan_task_id, t.id) and d.plan_hash = t.plan_hash`;

const ONE_TASK = prepared(`${TASKS} where t.organization_id = $1 and t.id = $2`);

/** Null: the organization has no such task. */
export async function readTask(
  sql: Sql,
  organizationId: string,
  id: string,
): Promise<TaskWithReservation | null> {
  const [row] = await sql.rows<RawRow>(ONE_TASK, [organizationId, id]);
  return row === undefined ? null : toEntity<TaskWithReservation>(row);
}

export interface TaskFilter {
  readonly organizationId: string;
  readonly statuses: readonly TaskStatus[] | null;
  readonly workspaceId: string | null;
  readonly kind: TaskKind | null;
  /** Where the reader may look; null: everywhere in the organization, builds included. */
  readonly within: Places | null;
}

/** Newest first. */
export async function listTasks(
  database: Database,
  filter: TaskFilter,
  { after, limit }: ListPart,
): Promise<TaskWithReservation[]> {
  const rows = await database.rows<RawRow>(
    `${TASKS}
     where t.organization_id = $1 and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3::uuid))
       and ($4::text[] is null or t.status = any($4)) and ($5::uuid is null or t.workspace_id = $5)
       and ($6::text is null or t.kind = $6)
       and ($8::uuid[] is null or t.workspace_id = any($9::uuid[])
         or t.workspace_id in (select id from workspaces where project_id = any($8)))
     order by t.created_at desc, t.id desc limit $7`,
    [
      filter.organizationId,
      after?.createdAt ?? null,
      after?.id ?? null,
      filter.statuses,
      filter.workspaceId,
      filter.kind,
      limit,
      filter.within?.projects ?? null,
      filter.within?.workspaces ?? null,
    ],
  );
  return rows.map((row) => toEntity<TaskWithReservation>(row));
}
