import { ISOLATED_ENOUGH } from '../pools/isolated-enough.js';
import { standingOf } from '../agents/standing.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import { appendOwnLine } from '../logs/append-own-line.js';
import { DUE } from '../tasks/claimable.js';
import { commitAssignments, type Assignment } from '../tasks/commit-assignments.js';
import { RENEWED } from './worker-tokens.js';

export interface WorkerClaimOptions {
  /** Of the further token that the answer carries: asking is a sign of life. */
  readonly tokenHash: Buffer;
  /** How long the worker has to begin, or to ask again. */
  readonly leaseSeconds: number;
}

export interface WorkerClaim {
  readonly taskId: string;
  readonly attempt: number;
  /** Since the build could have been claimed, in seconds; null where the worker owned it already. */
  readonly waitedSeconds: number | null;
}

interface AskingWorker {
  readonly organizationId: string;
  readonly name: string;
  readonly status: string;
  /** What it is from now on. */
  readonly standing: string;
  readonly platforms: string[];
  /** As its pool demands. */
  readonly isIsolated: boolean;
}

/**
 * Gives a worker that asks the oldest build that it can do and has room for, from the same queue and with the same
 * writes as the scheduler's claim. Its own row is locked first: registering it and another poll of it wait. What it
 * owns and has not begun it is given again, because the reply of before may be lost.
 */
export async function claimForWorker(
  database: Database,
  agentId: string,
  options: WorkerClaimOptions,
): Promise<WorkerClaim | null> {
  if (!(await mayGet(database, agentId, options.tokenHash))) {
    return null;
  }
  return database.transaction(SIMPLE_MS, async (sql) => {
    const worker = await lockWorker(sql, agentId);
    if (worker === null) {
      return null;
    }
    const owned = await notBegun(sql, agentId, options);
    if (owned !== null || worker.standing === 'draining' || !worker.isIsolated) {
      return owned;
    }
    const [slot] = await sql.rows<{ slotId: number; podName: string }>(
      `select slot_id as "slotId", pod_name as "podName" from slots
       where agent_id = $1 and state = 'idle' order by slot_id limit 1 for no key update`,
      [agentId],
    );
    const taskId = slot === undefined ? null : await pickBuild(sql, worker);
    if (slot === undefined || taskId === null) {
      return null;
    }
    const [assignment] = await commitAssignments(
      sql,
      [{ taskId, agentId, ...slot }],
      options.leaseSeconds,
      `worker:${agentId}`,
    );
    return assignment === undefined ? null : claimed(sql, worker, assignment);
  });
}

async function claimed(sql: Sql, worker: AskingWorker, assignment: Assignment): Promise<WorkerClaim> {
  const { taskId, attempt, waitedSeconds, agentId } = assignment;
  const again = attempt === 1 ? '' : `, attempt ${attempt}`;
  const task = { id: taskId, organizationId: worker.organizationId, attempt };
  await appendOwnLine(sql, task, 'info', `Taken by worker ${worker.name} (${agentId})${again}`);
  return { taskId, attempt, waitedSeconds };
}

/** Most polls find nothing: one statement, without a lock on the queue, notes the sign of life and answers those. */
async function mayGet(database: Database, agentId: string, tokenHash: Buffer): Promise<boolean> {
  const [answer] = await database.rows<{ may: boolean }>(
    `with ${RENEWED}
     select a.status <> ${standingOf('a')}
       or exists (select 1 from tasks where agent_id = a.id and status = 'assigned')
       or exists (select 1 from slots where agent_id = a.id and state = 'idle') and exists (
         select 1 from unnest(a.platforms) as able(platform) cross join lateral (
           select 1 from tasks t where t.organization_id = a.organization_id and t.platform = able.platform
             and t.status = 'pending' and t.lane_head and ${DUE} limit 1) waiting) as may
     from agents a where a.id = $1 and a.kind = 'worker'`,
    [agentId, tokenHash],
  );
  return answer?.may === true;
}

/** A worker that asks is here, whatever was thought of it. */
async function lockWorker(sql: Sql, agentId: string): Promise<AskingWorker | null> {
  const [worker] = await sql.rows<AskingWorker>(
    `select organization_id as "organizationId", name, status, ${standingOf('a')} as standing, platforms,
       ${ISOLATED_ENOUGH} as "isIsolated" from agents a
     where id = $1 and kind = 'worker' for no key update`,
    [agentId],
  );
  if (worker === undefined) {
    return null;
  }
  if (worker.status !== worker.standing) {
    await sql.rows('update agents set status = $2, updated_at = now() where id = $1', [
      agentId,
      worker.standing,
    ]);
    await sql.rows(
      "update slots set state = 'idle', updated_at = now() where agent_id = $1 and state = 'lost'",
      [agentId],
    );
  }
  return worker;
}

/** Asking is no sign that the build begins: it makes up for a lost reply, and renews the assignment once over. */
async function notBegun(
  sql: Sql,
  agentId: string,
  { leaseSeconds }: WorkerClaimOptions,
): Promise<WorkerClaim | null> {
  const [task] = await sql.rows<{ taskId: string; attempt: number }>(
    `with owned as (
       select id from tasks where agent_id = $1 and status = 'assigned' order by assigned_at, id limit 1
       for no key update
     ), renewed as (
       update tasks t set lease_until = greatest(t.lease_until, least(now() + $2::int * interval '1 second',
         t.assigned_at + 2 * $2::int * interval '1 second'))
       from owned o where t.id = o.id returning t.id, t.attempt
     )
     select id as "taskId", attempt from renewed`,
    [agentId, leaseSeconds],
  );
  return task === undefined ? null : { ...task, waitedSeconds: null };
}

/**
 * The platforms in the order of their first builds, then one of them at a time: each look reads the head of one index
 * and locks one row, so that no worker hides a build from another one.
 */
async function pickBuild(sql: Sql, worker: AskingWorker): Promise<string | null> {
  const heads = await sql.rows<{ platform: string }>(
    `select able.platform from unnest($2::text[]) as able(platform) cross join lateral (
       select priority, fair_at, id from tasks t where t.organization_id = $1 and t.platform = able.platform
         and t.status = 'pending' and t.lane_head and ${DUE}
       order by priority desc, fair_at, id limit 1
     ) head order by head.priority desc, head.fair_at, head.id`,
    [worker.organizationId, worker.platforms],
  );
  for (const { platform } of heads) {
    const [task] = await sql.rows<{ id: string }>(CLAIMABLE_BUILD, [worker.organizationId, platform]);
    if (task !== undefined) {
      return task.id;
    }
  }
  return null;
}

/** The first build of a platform that nobody else is taking. */
export const CLAIMABLE_BUILD = `select id from tasks
  where organization_id = $1 and platform = $2 and status = 'pending' and lane_head and ${DUE}
  order by priority desc, fair_at, id limit 1 for no key update skip locked`;
