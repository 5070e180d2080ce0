import type { TaskStatus } from '@berth/domain';
import type { Database, Sql } from '../database.js';
import { OBJECT_COLUMNS, type StoredObject } from './stored-objects.js';

/** A build for workers, as the protocol speaks of it. */
export interface BuildView {
  readonly id: string;
  readonly platform: string;
  readonly status: TaskStatus;
  readonly workerId: string | null;
  readonly workerName: string | null;
  readonly errorMessage: string | null;
  readonly hasSource: boolean;
  readonly hasCerts: boolean;
  readonly hasResult: boolean;
  readonly originalBuildId: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly updatedAt: Date;
}

const VIEW = `select t.id, t.platform, t.status, t.agent_id as "workerId", a.name as "workerName",
    t.error ->> 'message' as "errorMessage", b.source_id is not null as "hasSource",
    b.certs_id is not null as "hasCerts", b.result_id is not null as "hasResult",
    b.original_build_id as "originalBuildId", t.created_at as "createdAt", t.started_at as "startedAt",
    t.finished_at as "finishedAt",
    greatest(b.updated_at, t.assigned_at, t.started_at, t.finished_at) as "updatedAt"
  from tasks t join builds b on b.task_id = t.id left join agents a on a.id = t.agent_id`;

/** Null: there is no such build for workers. */
export async function readBuild(sql: Sql, organizationId: string, id: string): Promise<BuildView | null> {
  const [build] = await sql.rows<BuildView>(
    `${VIEW} where t.id = $1 and t.organization_id = $2 and t.platform is not null`,
    [id, organizationId],
  );
  return build ?? null;
}

export interface BuildFilter {
  readonly organizationId: string;
  readonly statuses: readonly TaskStatus[] | null;
  readonly platform: string | null;
  readonly workerId: string | null;
  readonly limit: number;
}

/** Newest first. */
export async function listBuilds(database: Database, filter: BuildFilter): Promise<BuildView[]> {
  return database.rows<BuildView>(
    `${VIEW} where t.organization_id = $1 and t.platform is not null
       and ($2::text[] is null or t.status = any($2)) and ($3::text is null or t.platform = $3)
       and ($4::text is null or t.agent_id = $4)
     order by t.created_at desc, t.id desc limit $5`,
    [filter.organizationId, filter.statuses, filter.platform, filter.workerId, filter.limit],
  );
}

/** How many builds for workers there are in each state. */
export async function countBuilds(
  database: Database,
  organizationId: string,
): Promise<{ status: TaskStatus; count: number }[]> {
  return database.rows(
    `select status, count(*)::int as count from tasks where organization_id = $1 and platform is not null
     group by status`,
    [organizationId],
  );
}

/** What a build brings along or leaves behind. */
export type BuildPart = 'source' | 'certs' | 'result';

const COLUMN: Record<BuildPart, string> = { source: 'source_id', certs: 'certs_id', result: 'result_id' };

/** The passwords of its certs that were given beside them, sealed; null where none were. */
export async function readSealedPasswords(sql: Sql, taskId: string): Promise<Buffer | null> {
  const [build] = await sql.rows<{ sealed: Buffer | null }>(
    'select sealed_passwords as sealed from builds where task_id = $1',
    [taskId],
  );
  return build?.sealed ?? null;
}

/** Null where the build has none, or has it no more. */
export async function readBuildPart(sql: Sql, taskId: string, part: BuildPart): Promise<StoredObject | null> {
  const [object] = await sql.rows<StoredObject>(
    `select ${OBJECT_COLUMNS}
     from builds b join stored_objects o on o.id = b.${COLUMN[part]} where b.task_id = $1 and o.state = 'whole'`,
    [taskId],
  );
  return object ?? null;
}
