import { SIMPLE_MS, type Database, type Sql, type Together } from '../database.js';
import { LOST_APPLY_OPEN } from '../workspaces/lost-apply.js';
import type { StateCaller } from './state-versions.js';
import { prepared } from '../statement.js';

export interface StateLock {
  readonly lockId: string;
  readonly info: Record<string, unknown>;
}

interface HeldLock extends StateLock {
  /** Both null where a person holds it. */
  readonly taskId: string | null;
  readonly attempt: number | null;
}

/** Whether the lock of this id is the caller's: an attempt that is late may give the same id as whoever came after it. */
export function holdsLock(
  lock: HeldLock,
  lockId: string | null,
  { task }: Pick<StateCaller, 'task'>,
): boolean {
  return (
    lock.lockId === lockId &&
    lock.taskId === (task?.taskId ?? null) &&
    lock.attempt === (task?.attempt ?? null)
  );
}

/** Takes the workspace's lock; whoever holds it takes it again with the same id, which changes nothing. */
export async function lockState(
  database: Database,
  organizationId: string,
  workspaceId: string,
  caller: StateCaller,
  lock: StateLock,
): Promise<{ outcome: 'held' } | { outcome: 'stale' } | { outcome: 'locked'; lock: StateLock }> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    if (!(await mayUseState(sql, caller, 'lock'))) {
      return { outcome: 'stale' };
    }
    const holder = await lockOrHolder(sql, organizationId, workspaceId, caller, lock);
    return holdsLock(holder, lock.lockId, caller) ? { outcome: 'held' } : { outcome: 'locked', lock: holder };
  });
}

async function lockOrHolder(
  sql: Sql,
  organizationId: string,
  workspaceId: string,
  { task }: StateCaller,
  { lockId, info }: StateLock,
): Promise<HeldLock> {
  for (;;) {
    await sql.rows(
      `insert into state_locks (workspace_id, organization_id, lock_id, info, task_id, attempt)
       values ($1, $2, $3, $4::jsonb, $5, $6) on conflict (workspace_id) do nothing`,
      [
        workspaceId,
        organizationId,
        lockId,
        JSON.stringify(info),
        task?.taskId ?? null,
        task?.attempt ?? null,
      ],
    );
    const holder = await lockedState(sql, workspaceId);
    if (holder !== null) {
      return holder;
    }
    // Whoever was in the way has given it back in this moment.
  }
}

/**
 * Gives the lock back. A person may take any away, by its id or, without one, by force; an attempt of a task gives back
 * its own and no other. Gives the lock that is held now; unlocking what is not locked is fine.
 */
export async function unlockState(
  database: Database,
  workspaceId: string,
  lockId: string | null,
  task: StateCaller['task'] = null,
): Promise<StateLock | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const lock = await lockedState(sql, workspaceId);
    const mayGo =
      lock !== null &&
      (task === null ? lockId === null || lock.lockId === lockId : holdsLock(lock, lockId, { task }));
    if (!mayGo) {
      return lock;
    }
    await sql.rows(
      'with unlocked as (delete from state_locks where workspace_id = $1 returning 1) select * from unlocked',
      [workspaceId],
    );
    return null;
  });
}

/** Takes away the lock of an attempt whose terraform has ended; a later attempt of the task keeps its own. */
export async function releaseLockOfAttempt(sql: Sql, taskId: string, attempt: number): Promise<void> {
  await sql.rows(
    'with gone as (delete from state_locks where task_id = $1 and attempt <= $2 returning 1) select * from gone',
    [taskId, attempt],
  );
}

const UNLOCK = prepared(
  'with gone as (delete from state_locks where task_id = any($1::uuid[]) returning 1) select * from gone',
);
const UNLOCKING: Together<string, void> = {
  work: async (sql, taskIds) => {
    await sql.rows(UNLOCK, [taskIds]);
    return [];
  },
};

/** Takes away the lock that a finished attempt of a task has left behind. */
export async function releaseLockOfTask(sql: Sql, taskId: string): Promise<void> {
  await sql.together(UNLOCKING, taskId);
}

/**
 * Whether applies have made something here and yet there is no version of the state, not even one that says that it was
 * deleted. Terraform would take the absence for an empty state, and plan to create everything again.
 */
export async function isStateMissing(database: Database, workspaceId: string): Promise<boolean> {
  const [answer] = await database.rows<{ missing: boolean }>(
    `select not exists (select 1 from state_versions where workspace_id = $1)
       and exists (select 1 from tasks where workspace_id = $1 and phase = 'apply' and status = 'succeeded'
         and coalesce((changes ->> 'add')::int, 0) + coalesce((changes ->> 'change')::int, 0) > 0) as missing`,
    [workspaceId],
  );
  return answer?.missing === true;
}

/** The lock that is held on the state now, which stays as it is until the transaction ends. */
export async function lockedState(sql: Sql, workspaceId: string): Promise<HeldLock | null> {
  const [lock] = await sql.rows<HeldLock>(
    'select lock_id as "lockId", info, task_id as "taskId", attempt from state_locks where workspace_id = $1 for update',
    [workspaceId],
  );
  return lock ?? null;
}

/** What somebody wants of a workspace's state. */
export type StateUse = 'read' | 'lock' | 'write';

/** A plan reads, and locks where an apply is to follow; an apply does all. */
const MAY: Readonly<Record<StateUse, string>> = {
  read: 'true',
  lock: `(t.phase = 'apply' or t.writing)`,
  write: `t.phase = 'apply'`,
};

/**
 * A task's attempt may use the state while it is the present one and at work in the phase that its token names, or was taken
 * for lost in its apply and nobody has taken over. The row stays as it is until the write is done.
 */
export async function mayUseState(sql: Sql, caller: StateCaller, use: StateUse): Promise<boolean> {
  if (caller.task === null) {
    return true;
  }
  const owners = await sql.rows(
    `select 1 from tasks t where id = $1 and attempt = $2 and phase = $3 and ${MAY[use]}
       and (status = case phase when 'plan' then 'planning' else 'applying' end or ${LOST_APPLY_OPEN}) for share of t`,
    [caller.task.taskId, caller.task.attempt, caller.task.phase],
  );
  return owners.length === 1;
}
