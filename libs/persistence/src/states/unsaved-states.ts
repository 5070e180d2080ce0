import { BULK_MS, type Database, type Sql } from '../database.js';
import { beginOf, completed } from '../large-values.js';
import type { RawRow } from '../rows.js';
import { attendApply, markForAttention } from '../workspaces/attention.js';
import { lockLane } from '../workspaces/lane.js';
import { releaseLockOfAttempt } from './state-store.js';

export interface UnsavedStateUpload {
  readonly organizationId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  /** Null where it says none that can be read. */
  readonly serial: bigint | null;
  readonly lineage: string | null;
  /** Why it cannot be the workspace's state as it is; null where it can. */
  readonly fault: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly sealedContent: Buffer;
}

export interface UnsavedState {
  readonly id: string;
  readonly workspaceId: string;
  readonly taskId: string;
  readonly attempt: number;
  /** A number of up to 64 bits. */
  readonly serial: string | null;
  readonly lineage: string | null;
  readonly fault: string | null;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly resolution: 'pushed' | 'discarded' | null;
  readonly resolvedBy: string | null;
  readonly resolvedAt: Date | null;
  readonly createdAt: Date;
}

const COLUMNS = `id, workspace_id as "workspaceId", task_id as "taskId", attempt, serial, lineage, fault, sha256,
  size_bytes as "sizeBytes", resolution, resolved_by as "resolvedBy", resolved_at as "resolvedAt", created_at as "createdAt"`;

/** Milliseconds more for each MB: a state of hundreds of them is the only copy, too. */
const PER_MB_MS = 200;

/**
 * Keeps what an apply could not save, and lets nothing else write in its workspace until a person has looked. Only
 * the attempt counts and not the status, nor whether it is the present one: by now the task may have failed, or have gone
 * on. Keeping it again changes nothing. False means that it is no apply of this agent.
 */
export async function keepUnsavedState(database: Database, upload: UnsavedStateUpload): Promise<boolean> {
  const limitMs = BULK_MS + PER_MB_MS * Math.ceil(upload.sizeBytes / 1024 ** 2);
  return database.transaction(limitMs, async (sql) => {
    const workspaceId = await workspaceOfApply(sql, upload);
    if (workspaceId === null) {
      return false;
    }
    await lockLane(sql, workspaceId);
    if ((await workspaceOfApply(sql, upload)) === null) {
      // Deleted in this moment: the agent keeps it on its disk.
      return false;
    }
    const kept = await sql.rows(
      `with kept as (
         insert into unsaved_states (organization_id, workspace_id, task_id, attempt, serial, lineage, fault, sha256, size_bytes,
           sealed_content)
         select organization_id, workspace_id, id, $2, $3, $4, $5, $6, $7, $8 from tasks where id = $1
         on conflict on constraint unsaved_state_once do nothing
         returning task_id, organization_id
       ), logged as (
         insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message)
         select k.organization_id, k.task_id, 'unsaved_state_kept', t.status, t.status, $2, 'agent:' || $9::text, $10
         from kept k join tasks t on t.id = k.task_id
       )
       select 1 from kept`,
      [
        upload.taskId,
        upload.attempt,
        upload.serial,
        upload.lineage,
        upload.fault,
        upload.sha256,
        upload.sizeBytes,
        upload.sealedContent,
        upload.agentId,
        messageOf(upload),
      ],
    );
    if (kept.length > 0) {
      // Its terraform has ended, and a lost one cannot unlock: nobody could push the state.
      await releaseLockOfAttempt(sql, upload.taskId, upload.attempt);
      await markForAttention(sql, workspaceId);
    }
    return true;
  });
}

/** Of an apply that this agent was given. Null where there is no such one. */
async function workspaceOfApply(
  sql: Sql,
  { taskId, attempt, agentId, organizationId }: UnsavedStateUpload,
): Promise<string | null> {
  const [owner] = await sql.rows<{ workspaceId: string }>(
    `select workspace_id as "workspaceId" from tasks t
     where id = $1 and organization_id = $4
       and workspace_id in (select w.id from workspaces w where w.id = t.workspace_id and w.deleted_at is null) and (
       attempt = $2 and agent_id = $3 and phase = 'apply'
       or attempt >= $2 and exists (
         select 1 from task_events e where e.task_id = t.id and e.attempt = $2 and e.event = 'claim'
           and e.data ->> 'agentId' = $3 and e.data ->> 'phase' = 'apply'))`,
    [taskId, attempt, agentId, organizationId],
  );
  return owner?.workspaceId ?? null;
}

function messageOf({ serial, fault }: UnsavedStateUpload): string {
  if (fault !== null) {
    return `what terraform could not save is kept, and it cannot be pushed as it is (${fault}): look at it before anything else runs`;
  }
  const which = serial === null ? '' : ` (serial ${serial})`;
  return `the state that terraform could not save${which} is kept: push it before anything else runs`;
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
  const [row] = await database.rows<RawRow>(
    `select ${COLUMNS}, ${beginOf(CONTENT.column)} from unsaved_states where id = $1 and workspace_id = $2`,
    [id, workspaceId],
  );
  const read = row === undefined ? null : await completed<UnsavedState>(database, CONTENT, id, row);
  return read === null ? null : { ...read.row, sealedContent: read.value };
}

const CONTENT = { table: 'unsaved_states', column: 'sealed_content', where: 'id = $1' } as const;

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
