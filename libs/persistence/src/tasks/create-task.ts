import type { TaskOperation, TaskPhase } from '@berth/domain';
import { isWriting } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { GitTaskSource, TaskRow } from '../entities/index.js';
import { ReferenceGone } from '../postgres-errors.js';
import { toEntity, type RawRow } from '../rows.js';
import { lockLane } from '../workspaces/lane.js';
import { prepared } from '../statement.js';

export interface NewTask {
  /** Given where the request may come again: the second one finds the task of the first. */
  readonly id?: string;
  readonly organizationId: string;
  readonly operation: TaskOperation;
  readonly workspaceId: string;
  /** Null where `source` is still to be fetched. */
  readonly configurationId: string | null;
  /** Null where the configuration was uploaded. */
  readonly source: GitTaskSource | null;
  readonly planTaskId: string | null;
  readonly planHash: string | null;
  readonly message: string | null;
  readonly priority: number;
  readonly targets: readonly string[];
  readonly replace: readonly string[];
  readonly refreshOnly: boolean;
  readonly autoApply: boolean;
  /** What this task alone is given. */
  readonly variables?: { readonly names: readonly string[]; readonly sealed: Buffer } | null;
  readonly actor: string;
  /** The principal that the actor is. */
  readonly queuedBy?: string;
  /** Of the request. */
  readonly traceparent?: string | null;
}

/** How much younger each further plan counts that a workspace has waiting. */
const TURN = "interval '1 minute'";

const CREATE = prepared(
  `with created as (
     insert into tasks (id, organization_id, kind, operation, workspace_id, pool_id, configuration_id, plan_task_id,
       plan_hash, message, phase, writing, lane_head, priority, targets, replace, refresh_only, auto_apply, source, variable_names, fair_at, queued_by, traceparent)
     select coalesce($16::uuid, gen_random_uuid()), $1, 'terraform', $2::text, w.id, w.pool_id, $4, $5, $6, $7, $8::text, $9::boolean,
       not $9::boolean or (not w.needs_attention and not exists (
         select 1 from tasks where workspace_id = w.id and writing and lane_head
           and status not in ('succeeded', 'failed', 'cancelled', 'discarded'))),
       $10, $11, $12, $13, $14, $17::jsonb, $18,
       greatest(now(), (
         select max(fair_at) + ${TURN} from tasks
         where workspace_id = w.id and status = 'pending' and not writing and not $9::boolean)), $20, $21
     from workspaces w where w.id = $3 and w.deleted_at is null
     on conflict (id) do nothing
     returning *
   ), given as (
     insert into task_variables (task_id, organization_id, sealed_variables)
     select id, organization_id, $19::bytea from created where $19::bytea is not null
   ), logged as (
     insert into task_events (organization_id, task_id, event, to_status, attempt, actor, message)
     select organization_id, id, 'create', status, attempt, $15, 'queued' from created
   )
   select * from created`,
);

/**
 * Adds a terraform task; a writing one stands behind the active one of its workspace, and waits for the person who has to
 * look at it.
 */
export async function createTask(database: Database, task: NewTask): Promise<TaskRow> {
  const phase: TaskPhase = task.operation === 'apply' ? 'apply' : 'plan';
  return database.transaction(SIMPLE_MS, async (sql) => {
    // Sent together; the second one begins when the lane is locked.
    const [, [row]] = await Promise.all([
      lockLane(sql, task.workspaceId),
      sql.rows<RawRow>(CREATE, [
        task.organizationId,
        task.operation,
        task.workspaceId,
        task.configurationId,
        task.planTaskId,
        task.planHash,
        task.message,
        phase,
        isWriting(task.operation),
        task.priority,
        task.targets,
        task.replace,
        task.refreshOnly,
        task.autoApply,
        task.actor,
        task.id ?? null,
        task.source === null ? null : JSON.stringify(task.source),
        task.variables?.names ?? [],
        task.variables?.sealed ?? null,
        task.queuedBy ?? null,
        task.traceparent ?? null,
      ]),
    ]);
    const created = row ?? (await createdBefore(sql, task));
    if (created === undefined) {
      throw new ReferenceGone(`workspace ${task.workspaceId}`);
    }
    return toEntity<TaskRow>(created);
  });
}

async function createdBefore(sql: Sql, task: NewTask): Promise<RawRow | undefined> {
  const [row] = await sql.rows<RawRow>('select * from tasks where id = $1 and organization_id = $2', [
    task.id ?? null,
    task.organizationId,
  ]);
  return row;
}
