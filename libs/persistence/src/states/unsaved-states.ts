import { BULK_MS, type Database, type Sql } from '../database.js';
import { attendApply, markForAttention } from '../workspaces/attention.js';
import { lockLane } from '../workspaces/lane.js';
import { releaseLockOfTask } from './state-store.js';

export interface UnsavedStateUpload {
  readonly organizationId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  readonly serial: number;
  readonly lineage: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly sealedContent: Buffer;
}

export interface UnsavedState {
  readonly id: string;
  readonly workspaceId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly serial: number;
  readonly lineage: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly resolution: 'pushed' | 'discarded' | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, workspace_id as "workspaceId", task_id as "taskId", attempt, serial::float8 as serial, lineage, sha256,
  size_bytes as "sizeBytes", resolution, resolved_by as "resolvedBy", resolved_at as "resolvedAt", created_at as "createdAt"`;

/**
 * Keeps what an apply could not save, and lets nothing else write in its workspace until a person has looked. Only
 * the attempt counts and not the status: by now the task may have failed. Keeping it again changes nothing. False means
 * that it is no apply of this agent.
 */
export async function keepUnsavedState(database: Database, upload: UnsavedStateUpload): Promise<boolean> {
  return database.transaction(BULK_MS, async (sql) => {
    const [owner] = await sql.rows<{ workspaceId: string }>(
      `select workspace_id as "workspaceId" from tasks
       where id = $1 and attempt = $2 and agent_id = $3 and organization_id = $4 and phase = 'apply'
         and workspace_id is not null`,
      [upload.taskId, upload.attempt, upload.agentId, upload.organizationId],
    );
    if (owner === undefined) {
      return false;
    }
    await lockLane(sql, owner.workspaceId);
    const kept = await sql.rows(
      `with kept as (
         insert into unsaved_states (organization_id, workspace_id, task_id, attempt, serial, lineage, sha256, size_bytes, sealed_content)
         select organization_id, workspace_id, id, $2, $3, $4, $5, $6, $7 from tasks where id = $1 and attempt = $2
         on conflict on constraint unsaved_state_once do nothing
         returning task_id, organization_id
       ), logged as (
         insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
         select k.organization_id, k.task_id, 'unsaved_state_kept', t.status, t.status, t.attempt, 'agent:' || t.agent_id, $8
         from kept k join tasks t on t.id = k.task_id
       )
       select 1 from kept`,
      [
        upload.taskId,
        upload.attempt,
        upload.serial,
        upload.lineage,
        upload.sha256,
        upload.sizeBytes,
        upload.sealedContent,
        `the state that terraform could not save (serial ${upload.serial}) is kept: push it before anything else runs`,
      ],
    );
    if (kept.length > 0) {
      // Its terraform has ended, and a lost one cannot unlock: nobody could push the state.
      await releaseLockOfTask(sql, upload.taskId);
      await markForAttention(sql, owner.workspaceId);
    }
    return true;
  });
}

/** Of the workspace, newest first. */
export async function listUnsavedStates(database: Database, workspaceId: string): Promise<UnsavedState[]> {
  return database.rows<UnsavedState>(
    `select ${COLUMNS} from unsaved_states where workspace_id = $1 order by created_at desc, id desc limit 100`,
    [workspaceId],
  );
}

/** With its sealed content; null where there is none. */
export async function readUnsavedState(
  database: Database,
  workspaceId: string,
  id: string,
): Promise<(UnsavedState & { readonly sealedContent: Buffer }) | null> {
  const [row] = await database.rows<UnsavedState & { sealedContent: Buffer }>(
    `select ${COLUMNS}, sealed_content as "sealedContent" from unsaved_states where id = $1 and workspace_id = $2`,
    [id, workspaceId],
  );
  return row ?? null;
}

export interface UnsavedStateResolution {
  readonly id: string;
  readonly workspaceId: string;
  readonly resolution: 'pushed' | 'discarded';
  readonly actor: string;
}

/** A person does not want it. False means that somebody was quicker. */
export async function discardUnsavedState(
  database: Database,
  discarded: Omit<UnsavedStateResolution, 'resolution'>,
): Promise<boolean> {
  return database.transaction(BULK_MS, async (sql) => {
    await lockLane(sql, discarded.workspaceId);
    return resolveLocked(sql, { ...discarded, resolution: 'discarded' });
  });
}

/**
 * A person has decided, and with that has looked at its apply. Where nothing else is left to look at, the workspace goes
 * on. False means that somebody was quicker. The lane is locked by the caller.
 */
export async function resolveLocked(
  sql: Sql,
  { id, workspaceId, resolution, actor }: UnsavedStateResolution,
): Promise<boolean> {
  const [apply] = await sql.rows<{ taskId: string }>(
    `with resolved as (
       update unsaved_states set resolution = $3, resolved_by = $4, resolved_at = now()
       where id = $1 and workspace_id = $2 and resolved_at is null returning task_id
     )
     select task_id as "taskId" from resolved`,
    [id, workspaceId, resolution, actor],
  );
  if (apply !== undefined) {
    await attendApply(sql, workspaceId, apply.taskId);
  }
  return apply !== undefined;
}
