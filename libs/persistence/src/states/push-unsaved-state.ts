import { BULK_MS, type Database, type Sql } from '../database.js';
import { lockLane } from '../workspaces/lane.js';
import { lockedState, type StateLock } from './state-store.js';
import { insertVersion, newestHead, type StateVersionContent } from './state-versions.js';
import { resolveLocked } from './unsaved-states.js';

export interface UnsavedStatePush {
  readonly id: string;
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly actor: string;
  /** Of the version that was the newest one when it was decided that this goes on top; null where there was none. */
  readonly seenNumber: string | null;
  /** Null where that version is this state: an interrupted push has stored it already. */
  readonly version: StateVersionContent | null;
}

export type UnsavedStatePushing =
  | { readonly outcome: 'pushed' }
  /** Somebody has pushed or discarded it meanwhile. */
  | { readonly outcome: 'resolved' }
  /** Somebody has written another version meanwhile. */
  | { readonly outcome: 'moved_on' }
  | { readonly outcome: 'locked'; readonly lock: StateLock };

/**
 * Makes an unsaved state the newest one, and says so, in one transaction: whatever was read before, nobody has written
 * or decided in between. Where nothing is left to look at, the workspace goes on.
 */
export async function pushUnsavedState(
  database: Database,
  push: UnsavedStatePush,
): Promise<UnsavedStatePushing> {
  return database.transaction(BULK_MS, async (sql) => {
    await lockLane(sql, push.workspaceId);
    if (!(await isOpen(sql, push))) {
      return { outcome: 'resolved' };
    }
    const newest = await newestHead(sql, push.workspaceId);
    if ((newest?.number ?? null) !== push.seenNumber) {
      return { outcome: 'moved_on' };
    }
    if (push.version !== null) {
      const lock = await lockedState(sql, push.workspaceId);
      if (lock !== null) {
        return { outcome: 'locked', lock };
      }
      const { organizationId, workspaceId, actor } = push;
      await insertVersion(sql, { organizationId, workspaceId, caller: { actor, task: null } }, push.version);
    }
    await resolveLocked(sql, { ...push, resolution: 'pushed' });
    return { outcome: 'pushed' };
  });
}

async function isOpen(sql: Sql, { id, workspaceId, organizationId }: UnsavedStatePush): Promise<boolean> {
  const rows = await sql.rows(
    `select 1 from unsaved_states
     where id = $1 and workspace_id = $2 and organization_id = $3 and resolved_at is null for update`,
    [id, workspaceId, organizationId],
  );
  return rows.length === 1;
}
