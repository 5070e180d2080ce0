import type { TaskPhase } from '@berth/domain';
import type { Database, Sql } from '../database.js';
import type { StateVersionRow } from '../entities/index.js';
import { beginOf, completed } from '../large-values.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';

/** Who speaks for the workspace's state: an attempt of a task, or a person. */
export interface StateCaller {
  readonly actor: string;
  readonly task: { readonly taskId: string; readonly attempt: number; readonly phase: TaskPhase } | null;
}

/** Whose state it is, and who writes it. */
export interface StateOwner {
  readonly organizationId: string;
  readonly workspaceId: string;
  readonly caller: StateCaller;
}

export interface StateVersionContent {
  readonly serial: bigint;
  readonly lineage: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly sealedContent: Buffer;
}

/** A version without its content, which may be large. */
export type StateVersionHead = Omit<StateVersionRow, 'sealedContent'>;

const HEAD = `id, organization_id, workspace_id, serial, lineage, sha256, size_bytes, task_id, attempt, actor, number,
  created_at`;

/** The workspace's next version. The lane is locked by the caller. */
export async function insertVersion(
  sql: Sql,
  { organizationId, workspaceId, caller }: StateOwner,
  content: StateVersionContent,
): Promise<StateVersionHead> {
  const [row] = await sql.rows<RawRow>(
    `insert into state_versions (organization_id, workspace_id, serial, lineage, sha256, size_bytes, sealed_content,
       task_id, attempt, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     returning ${HEAD}`,
    [
      organizationId,
      workspaceId,
      content.serial,
      content.lineage,
      content.sha256,
      content.sizeBytes,
      content.sealedContent,
      caller.task?.taskId ?? null,
      caller.task?.attempt ?? null,
      caller.actor,
    ],
  );
  if (row === undefined) {
    throw new Error(`the state of workspace ${workspaceId} was not stored`);
  }
  return toEntity<StateVersionHead>(row);
}

/** The newest version without its content. Who decides by it holds the lane. */
export async function newestHead(sql: Sql, workspaceId: string): Promise<StateVersionHead | null> {
  const [row] = await sql.rows<RawRow>(
    `select ${HEAD} from state_versions where workspace_id = $1 order by number desc limit 1`,
    [workspaceId],
  );
  return row === undefined ? null : toEntity<StateVersionHead>(row);
}

const CONTENT = { table: 'state_versions', column: 'sealed_content', where: 'id = $1' } as const;
const WITH_CONTENT = `${HEAD}, ${beginOf(CONTENT.column)}`;

/** The newest version of the workspace's state with its sealed content. */
export async function newestState(database: Database, workspaceId: string): Promise<StateVersionRow | null> {
  const rows = await database.rows<RawRow>(
    `select ${WITH_CONTENT} from state_versions where workspace_id = $1 order by number desc limit 1`,
    [workspaceId],
  );
  return withContent(database, rows);
}

/** One version with its sealed content. Null: the workspace has no such version. */
export async function readStateVersion(
  database: Database,
  workspaceId: string,
  id: string,
): Promise<StateVersionRow | null> {
  const rows = await database.rows<RawRow>(
    `select ${WITH_CONTENT} from state_versions where workspace_id = $1 and id = $2`,
    [workspaceId, id],
  );
  return withContent(database, rows);
}

/** The version before one, with its sealed content. Null: that one was the first. */
export async function readStateVersionBefore(
  database: Database,
  workspaceId: string,
  id: string,
): Promise<StateVersionRow | null> {
  const rows = await database.rows<RawRow>(
    `select ${WITH_CONTENT} from state_versions where workspace_id = $1
       and number < (select number from state_versions where workspace_id = $1 and id = $2)
     order by number desc limit 1`,
    [workspaceId, id],
  );
  return withContent(database, rows);
}

async function withContent(database: Database, [row]: readonly RawRow[]): Promise<StateVersionRow | null> {
  const read = row === undefined ? null : await completed<RawRow>(database, CONTENT, String(row['id']), row);
  return read === null ? null : { ...toEntity<StateVersionHead>(read.row), sealedContent: read.value };
}

/** Newest first, without their contents. */
export async function listStateVersions(
  database: Database,
  workspaceId: string,
  { after, limit }: ListPart,
): Promise<StateVersionHead[]> {
  const rows = await database.rows<RawRow>(
    `select ${HEAD} from state_versions
     where workspace_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [workspaceId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows.map((row) => toEntity<StateVersionHead>(row));
}
