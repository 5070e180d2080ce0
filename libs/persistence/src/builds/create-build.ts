import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { appendOwnLine } from '../logs/append-own-line.js';
import { toEntity, type RawRow } from '../rows.js';
import { workersPool } from './workers-pool.js';

export interface NewBuild {
  /** Given where the request may come again: the second one finds the build of the first. */
  readonly id?: string;
  readonly organizationId: string;
  /** Where it runs: a platform's workers, or a pool's agents. */
  readonly runsOn: { readonly platform: string } | { readonly poolId: string; readonly sealedSteps: Buffer };
  readonly sourceId: string | null;
  readonly certsId: string | null;
  /** Of the certs, where they were given beside them. */
  readonly sealedPasswords?: Buffer | null;
  readonly artifacts: readonly string[];
  readonly originalBuildId: string | null;
  readonly message: string | null;
  readonly priority: number;
  readonly maxRetries: number;
  readonly actor: string;
  /** Of the request. */
  readonly traceparent?: string | null;
}

/** What the build is to be made of is not there (any more). */
export class BuildSourceGone extends Error {
  constructor() {
    super('the source of the build is not there any more');
    this.name = 'BuildSourceGone';
  }
}

/** Adds a build to the queue. @throws BuildSourceGone */
export async function createBuild(database: Database, build: NewBuild): Promise<TaskRow> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    await holdObjects(sql, build);
    return insertBuild(sql, build, await placeOf(sql, build));
  });
}

export interface BuildRepetition {
  readonly taskId: string;
  readonly organizationId: string;
  readonly id?: string;
  readonly message?: string;
  readonly actor: string;
  readonly traceparent?: string | null;
}

type Kept = 'sourceId' | 'certsId' | 'sealedPasswords' | 'artifacts' | 'message' | 'priority' | 'maxRetries';
type Ended = Place & Pick<NewBuild, Kept> & { readonly parted: boolean };

/** A new build of what an ended one was made of. Null: there is no such build. @throws BuildSourceGone */
export async function repeatBuild(database: Database, again: BuildRepetition): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [before] = await sql.rows<Ended>(
      `select t.pool_id as "poolId", t.platform, b.sealed_steps as "sealedSteps", b.source_id as "sourceId",
         b.certs_id as "certsId", b.sealed_passwords as "sealedPasswords", b.artifacts, t.message, t.priority, t.max_retries as "maxRetries",
         b.parted_at is not null as parted
       from builds b join tasks t on t.id = b.task_id
       where b.task_id = $1 and b.organization_id = $2 for share of b`,
      [again.taskId, again.organizationId],
    );
    if (before === undefined) {
      return null;
    }
    if (before.parted) {
      throw new BuildSourceGone();
    }
    const { taskId: originalBuildId, ...rest } = again;
    return insertBuild(sql, { ...before, ...rest, originalBuildId }, before);
  });
}

async function insertBuild(sql: Sql, build: Omit<NewBuild, 'runsOn'>, place: Place): Promise<TaskRow> {
  const [row] = await sql.rows<RawRow>(
    `with created as (
       insert into tasks (id, organization_id, kind, pool_id, platform, message, phase, writing, lane_head, priority,
         max_retries, traceparent)
       values (coalesce($1::uuid, gen_random_uuid()), $2, 'build', $3, $4, $5, 'build', false, true, $6, $7, $15)
       on conflict (id) do nothing
       returning *
     ), described as (
       insert into builds (task_id, organization_id, source_id, certs_id, original_build_id, sealed_steps, artifacts,
         sealed_passwords)
       select id, organization_id, $8, $9, $10, $11, $12, $14 from created
     ), logged as (
       insert into task_events (organization_id, task_id, event, to_status, attempt, actor, message)
       select organization_id, id, 'create', status, attempt, $13, 'queued' from created
     )
     select * from created`,
    [
      build.id ?? null,
      build.organizationId,
      place.poolId,
      place.platform,
      build.message,
      build.priority,
      build.maxRetries,
      build.sourceId,
      build.certsId,
      build.originalBuildId,
      place.sealedSteps,
      build.artifacts,
      build.actor,
      build.sealedPasswords ?? null,
      build.traceparent ?? null,
    ],
  );
  const created = row ?? (await createdBefore(sql, build));
  if (created === undefined) {
    throw new Error('the build was not created');
  }
  const task = toEntity<TaskRow>(created);
  if (row !== undefined && place.platform !== null) {
    const again = build.originalBuildId === null ? '' : `: build ${build.originalBuildId} again`;
    await appendOwnLine(sql, task, 'info', `Build submitted${again}`);
  }
  return task;
}

interface Place {
  readonly poolId: string;
  readonly platform: string | null;
  readonly sealedSteps: Buffer | null;
}

async function placeOf(sql: Sql, { organizationId, runsOn }: NewBuild): Promise<Place> {
  return 'platform' in runsOn
    ? { poolId: await workersPool(sql, organizationId), platform: runsOn.platform, sealedSteps: null }
    : { ...runsOn, platform: null };
}

/** The sweep of unused objects must not take them while the build begins to refer to them. */
async function holdObjects(sql: Sql, { organizationId, sourceId, certsId }: NewBuild): Promise<void> {
  const ids = [sourceId, certsId].filter((id) => id !== null);
  const held = await sql.rows(
    `select id from stored_objects where id = any($1::uuid[]) and organization_id = $2 and state = 'whole'
     order by id for key share`,
    [ids, organizationId],
  );
  if (held.length !== new Set(ids).size) {
    throw new BuildSourceGone();
  }
}

async function createdBefore(
  sql: Sql,
  build: Pick<NewBuild, 'id' | 'organizationId'>,
): Promise<RawRow | undefined> {
  const [row] = await sql.rows<RawRow>('select * from tasks where id = $1 and organization_id = $2', [
    build.id ?? null,
    build.organizationId,
  ]);
  return row;
}
