import type { Places, TaskKind, TaskOperation, TaskStatus } from '@berth/domain';
import type { Database } from '../database.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';
import { TASKS, type TaskWithReservation } from './read-tasks.js';

/** Which of an organization's tasks; null for any. */
export interface TaskFilter {
  readonly organizationId: string;
  readonly statuses: readonly TaskStatus[] | null;
  readonly operations: readonly TaskOperation[] | null;
  readonly workspaceId: string | null;
  readonly projectId: string | null;
  readonly kind: TaskKind | null;
  /** In the message or the workspace's name, whatever the case. */
  readonly search: string | null;
  /** Where the reader may look; null: everywhere in the organization, builds included. */
  readonly within: Places | null;
  /** Only plans that this person or service could confirm now. */
  readonly waitsFor: WaitsFor | null;
}

/** Somebody who may confirm plans. */
export interface WaitsFor {
  readonly principal: string;
  /** Where they may; null: everywhere in the organization. */
  readonly within: Places | null;
}

/** What of a confirmation's own rules a list can say: see `confirmTask`. */
const WAITS = `t.status = 'apply_pending' and not w.needs_attention
    and (w.allow_self_approval or t.queued_by is distinct from $13)
    and not exists (select 1 from approvals a where a.task_id = t.id and a.plan_hash = t.plan_hash
      and a.principal = $13 and not a.voided)
    and ($14::uuid[] is null or w.project_id = any($14) or w.id = any($15::uuid[]))`;

/** Newest first. */
export async function listTasks(
  database: Database,
  filter: TaskFilter,
  { after, limit }: ListPart,
): Promise<TaskWithReservation[]> {
  const rows = await database.rows<RawRow>(
    `${TASKS}
     where t.organization_id = $1 and w.deleted_at is null and ($2::timestamptz is null or (t.created_at, t.id) < ($2, $3::uuid))
       and ($4::text[] is null or t.status = any($4)) and ($5::uuid is null or t.workspace_id = $5)
       and ($6::text is null or t.kind = $6)
       and ($8::uuid[] is null or t.workspace_id = any($9::uuid[]) or w.project_id = any($8))
       and ($10::text[] is null or t.operation = any($10)) and ($11::uuid is null or w.project_id = $11)
       and ($12::text is null or strpos(lower(t.message), lower($12)) > 0 or strpos(lower(w.name), lower($12)) > 0)
       and ($13::text is null or (${WAITS}))
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
      filter.operations,
      filter.projectId,
      filter.search,
      filter.waitsFor?.principal ?? null,
      filter.waitsFor?.within?.projects ?? null,
      filter.waitsFor?.within?.workspaces ?? null,
    ],
  );
  return rows.map((row) => toEntity<TaskWithReservation>(row));
}
