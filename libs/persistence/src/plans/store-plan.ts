import type { PlanDigests } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import { BULK_MS, SIMPLE_MS, type Database } from '../database.js';
import { beginOf, completed, readLargeValue } from '../large-values.js';
import type { RawRow } from '../rows.js';
import { keepPlanDigests } from './plan-digests.js';

export interface PlanUpload {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly hash: string;
  readonly sizeBytes: number;
  readonly sealedFile: Buffer;
}

/** Keeps the plan file of the attempt that is planning now. False means stale. */
export async function storePlanFile(database: Database, plan: PlanUpload): Promise<boolean> {
  return database.transaction(BULK_MS, async (sql) => {
    const stored = await sql.rows(
      `with owner as (
         select id, organization_id from tasks t where id = $1 and attempt = $2 and status = 'planning'
           and ${spokenFor('t', { agent: '$6', session: '$7' })} for share of t
       ), stored as (
         insert into plans (task_id, organization_id, attempt, hash, size_bytes, sealed_file)
         select id, organization_id, $2, $3, $4, $5 from owner
         on conflict (task_id) do update set attempt = excluded.attempt, hash = excluded.hash,
           size_bytes = excluded.size_bytes, sealed_file = excluded.sealed_file, lock_file = null, lock_without_hashes = false, document = null,
           modules_digest = null, not_restorable = null,
           sealed_snapshot = null, snapshot_hash = null, digest = null, previous_digest = null, created_at = now()
         returning 1
       )
       select * from stored`,
      [
        plan.taskId,
        plan.attempt,
        plan.hash,
        plan.sizeBytes,
        plan.sealedFile,
        plan.by.agentId,
        plan.by.sessionId,
      ],
    );
    return stored.length === 1;
  });
}

export interface PlanDescription {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly document: object;
  /** Null where none could be made: the plan is identical to no other. */
  readonly digests: PlanDigests | null;
  readonly lockFile: string | null;
  readonly lockWithoutHashes: boolean;
  readonly modulesDigest: string | null;
  readonly notRestorable: string | null;
}

/** Adds what the plan says to its stored file. False means stale, or that the file is not there. */
export async function describePlan(database: Database, plan: PlanDescription): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [described] = await sql.rows<{ hash: string }>(
      `with described as (
         update plans p set document = $3::jsonb, lock_file = $4, lock_without_hashes = $5, modules_digest = $6,
           not_restorable = $7 from tasks t
         where p.task_id = $1 and p.attempt = $2 and t.id = p.task_id and t.attempt = $2 and t.status = 'planning'
           and ${spokenFor('t', { agent: '$8', session: '$9' })}
         returning p.hash
       )
       select * from described`,
      [
        plan.taskId,
        plan.attempt,
        JSON.stringify(plan.document),
        plan.lockFile,
        plan.lockWithoutHashes,
        plan.modulesDigest,
        plan.notRestorable,
        plan.by.agentId,
        plan.by.sessionId,
      ],
    );
    if (described !== undefined && plan.digests !== null) {
      await keepPlanDigests(sql, plan.taskId, described.hash, plan.digests);
    }
    return described !== undefined;
  });
}

export interface PlanSnapshotUpload {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly hash: string;
  readonly sealedSnapshot: Buffer;
}

/** Keeps what planning has made in the work directory. False means stale, or that the plan is not stored yet. */
export async function storePlanSnapshot(database: Database, snapshot: PlanSnapshotUpload): Promise<boolean> {
  const rows = await database.rows(
    `with stored as (
       update plans p set sealed_snapshot = $3, snapshot_hash = $4 from tasks t
       where p.task_id = $1 and p.attempt = $2 and t.id = p.task_id and t.attempt = $2 and t.status = 'planning'
         and ${spokenFor('t', { agent: '$5', session: '$6' })}
       returning 1
     )
     select * from stored`,
    [
      snapshot.taskId,
      snapshot.attempt,
      snapshot.sealedSnapshot,
      snapshot.hash,
      snapshot.by.agentId,
      snapshot.by.sessionId,
    ],
  );
  return rows.length === 1;
}

/** What planning has made in the work directory, null where it made nothing. */
export async function readPlanSnapshot(database: Database, taskId: string): Promise<Buffer | null> {
  const place = { table: 'plans', column: 'sealed_snapshot', where: 'task_id = $1' };
  return (await readLargeValue(database, place, taskId)) ?? null;
}

const FILE = { table: 'plans', column: 'sealed_file', where: 'task_id = $1' } as const;

/** The stored plan file of a task. */
export async function readPlanFile(
  database: Database,
  taskId: string,
): Promise<{ hash: string; sealedFile: Buffer; lockFile: string | null } | null> {
  const [row] = await database.rows<RawRow>(
    `select hash, lock_file as "lockFile", ${beginOf(FILE.column)} from plans where task_id = $1 and sealed_file is not null`,
    [taskId],
  );
  const read =
    row === undefined
      ? null
      : await completed<{ hash: string; lockFile: string | null }>(database, FILE, taskId, row);
  return read === null ? null : { ...read.row, sealedFile: read.value };
}
