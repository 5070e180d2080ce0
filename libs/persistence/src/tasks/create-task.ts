import { randomUUID } from 'node:crypto';
import type { TaskOperation, TaskPhase } from '@berth/domain';
import { isWriting } from '@berth/domain';
import { doneJson, recordsOf, type Recording } from '../audit/recording.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { GitTaskSource, TaskRow } from '../entities/index.js';
import { ReferenceGone } from '../postgres-errors.js';
import { toEntity, type RawRow } from '../rows.js';
import { lockLane } from '../workspaces/lane.js';
import { givenRows, prepared } from '../statement.js';

export interface NewTask {
  /** Given where the request may come again: the second one finds the task of the first. */
  readonly id?: string;
  readonly organizationId: string;
  readonly operation: TaskOperation;
  readonly workspaceId: string;
  /** Null where `source` is still to be fetched. */
  readonly configurationId: string | null;
  /** Null where the configuration was uploaded; of a configuration that a git source was fetched for, it says so itself. */
  readonly source: GitTaskSource | 'of the configuration' | null;
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

const WANTED = `id uuid, "organizationId" uuid, operation text, workspace_id uuid, "configurationId" uuid, source jsonb,
  "sourceOfConfiguration" boolean, "planTaskId" uuid, "planHash" text, message text, phase text, writing boolean, priority int,
  targets text[], replace text[], "refreshOnly" boolean, "autoApply" boolean, "variableNames" text[], "sealedVariables" text,
  actor text, "queuedBy" text, traceparent text`;

/** Of several for one workspace each comes behind the one before it, as it would if they came one by one. */
const CREATE = prepared(
  `with wanted as materialized (
     select wanted.*, w.pool_id, w.needs_attention,
       row_number() over (partition by wanted.workspace_id, wanted.writing order by wanted.priority desc, wanted.id) as place
     from ${givenRows('$1', 'wanted', WANTED)}
     join workspaces w on w.id = wanted.workspace_id and w.deleted_at is null
     where not exists (select 1 from tasks t where t.id = wanted.id)
   ), created as (
     insert into tasks (id, organization_id, kind, operation, workspace_id, pool_id, configuration_id, plan_task_id,
       plan_hash, message, phase, writing, lane_head, priority, targets, replace, refresh_only, auto_apply, source, variable_names, fair_at, queued_by, traceparent)
     select n.id, n."organizationId", 'terraform', n.operation, n.workspace_id, n.pool_id, n."configurationId",
       n."planTaskId", n."planHash", n.message, n.phase, n.writing,
       not n.writing or (n.place = 1 and not n.needs_attention and not exists (
         select 1 from tasks where workspace_id = n.workspace_id and writing and lane_head
           and status not in ('succeeded', 'failed', 'cancelled', 'discarded'))),
       n.priority, n.targets, n.replace, n."refreshOnly", n."autoApply",
       case when n."sourceOfConfiguration" then (
         select jsonb_build_object('kind', 'git', 'url', c.git_url, 'branch', c.git_branch, 'path', coalesce(c.git_path, ''),
           'commit', c.git_commit)
         from configurations c where c.id = n."configurationId" and c.git_url is not null) else n.source end,
       n."variableNames",
       case when n.writing then now() else greatest(now() + (n.place - 1) * ${TURN}, (
         select max(fair_at) + n.place * ${TURN} from tasks
         where workspace_id = n.workspace_id and status = 'pending' and not writing)) end, n."queuedBy", n.traceparent
     from wanted n
     on conflict (id) do nothing
     returning *
   ), given as (
     insert into task_variables (task_id, organization_id, sealed_variables)
     select c.id, c.organization_id, decode(n."sealedVariables", 'base64')
     from created c join wanted n on n.id = c.id where n."sealedVariables" is not null
   ), logged as (
     insert into task_events (organization_id, task_id, event, to_status, attempt, actor, message)
     select c.organization_id, c.id, 'create', c.status, c.attempt, n.actor, 'queued'
     from created c join wanted n on n.id = c.id
   ), recorded as (
     ${recordsOf('$2', 'about in (select id::text from created)')}
   )
   select * from created`,
);

export interface AskedTask {
  readonly task: NewTask & { readonly id: string };
  /** Of whoever has asked for it, where its record is to be written with the task. */
  readonly recording: Recording | null;
}

/** Those that are new, by their ids. The lanes are locked by the caller. */
export async function insertTasks(sql: Sql, asked: readonly AskedTask[]): Promise<Map<string, TaskRow>> {
  const records = asked.flatMap(({ task, recording }) =>
    recording === null ? [] : [doneJson(recording, task.id)],
  );
  const rows = await sql.rows<RawRow>(CREATE, [
    asked.map(({ task }) => JSON.stringify(wanted(task))),
    JSON.stringify(records),
  ]);
  return new Map(rows.map((row) => toEntity<TaskRow>(row)).map((task) => [task.id, task]));
}

function wanted({ workspaceId, variables, source, ...task }: NewTask): object {
  const phase: TaskPhase = task.operation === 'apply' ? 'apply' : 'plan';
  return {
    ...task,
    workspace_id: workspaceId,
    source: source === 'of the configuration' ? null : source,
    sourceOfConfiguration: source === 'of the configuration',
    phase,
    writing: isWriting(task.operation),
    variableNames: variables?.names ?? [],
    sealedVariables: variables?.sealed.toString('base64') ?? null,
  };
}

/**
 * Adds a terraform task; a writing one stands behind the active one of its workspace, and waits for the person who has to
 * look at it.
 */
export async function createTask(database: Database, task: NewTask): Promise<TaskRow> {
  const id = task.id ?? randomUUID();
  return database.transaction(SIMPLE_MS, async (sql) => {
    // Sent together; the second one begins when the lane is locked.
    const [, created] = await Promise.all([
      lockLane(sql, task.workspaceId),
      insertTasks(sql, [{ task: { ...task, id }, recording: null }]),
    ]);
    const row = created.get(id) ?? (await createdBefore(sql, task));
    if (row === null) {
      throw new ReferenceGone(`workspace ${task.workspaceId}`);
    }
    return row;
  });
}

async function createdBefore(sql: Sql, task: NewTask): Promise<TaskRow | null> {
  const [row] = await sql.rows<RawRow>('select * from tasks where id = $1 and organization_id = $2', [
    task.id ?? null,
    task.organizationId,
  ]);
  return row === undefined ? null : toEntity<TaskRow>(row);
}
