import type { Places } from '@berth/domain';
import type { Database, Together } from '../database.js';
import type { WorkspaceRow } from '../entities/index.js';
import type { IdOrName } from '../id-or-name.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';
import { prepared } from '../statement.js';

/** A workspace with the names of its pool and its project. */
export interface WorkspaceInPool extends WorkspaceRow {
  readonly pool: string;
  readonly project: string;
}

const WORKSPACES = `select w.*, p.name as pool, f.name as project from workspaces w
  join pools p on p.id = w.pool_id join projects f on f.id = w.project_id`;

const BY_NAME = prepared(
  `${WORKSPACES} where w.organization_id = $1 and w.name = $2 and w.deleted_at is null`,
);
const BY_IDS = prepared(`${WORKSPACES} where w.id = any($1::uuid[]) and w.deleted_at is null`);
const OF_IDS: Together<{ readonly id: string; readonly organizationId: string }, WorkspaceInPool | null> = {
  work: async (sql, asked) => {
    const rows = await sql.rows<RawRow>(BY_IDS, [asked.map(({ id }) => id)]);
    const byId = new Map(rows.map((row) => [row['id'], row]));
    return asked.map(({ id, organizationId }) => {
      const row = byId.get(id.toLowerCase());
      return row?.['organization_id'] === organizationId ? toEntity<WorkspaceInPool>(row) : null;
    });
  },
};

/** Null: the organization has no such workspace. */
export async function readWorkspace(
  database: Database,
  organizationId: string,
  named: IdOrName,
): Promise<WorkspaceInPool | null> {
  if ('id' in named) {
    return database.readTogether(OF_IDS, { id: named.id, organizationId });
  }
  const [row] = await database.rows<RawRow>(BY_NAME, [organizationId, named.name]);
  return row === undefined ? null : toEntity<WorkspaceInPool>(row);
}

/** Which of an organization's workspaces; null for any. */
export interface WorkspaceFilter {
  readonly organizationId: string;
  readonly projectId: string | null;
  /** In the name, whatever the case. */
  readonly search: string | null;
  readonly needsAttention: boolean | null;
  /** Where the reader may look. */
  readonly within: Places | null;
}

/** Newest first. */
export async function listWorkspaces(
  database: Database,
  { organizationId, projectId, search, needsAttention, within }: WorkspaceFilter,
  part: ListPart,
): Promise<WorkspaceInPool[]> {
  return listWhere(
    database,
    `w.organization_id = $4 and ($5::uuid is null or w.project_id = $5)
       and ($6::text is null or strpos(lower(w.name), lower($6)) > 0)
       and ($7::boolean is null or w.needs_attention = $7)
       and ($8::uuid[] is null or w.project_id = any($8) or w.id = any($9::uuid[]))`,
    part,
    [organizationId, projectId, search, needsAttention, within?.projects ?? null, within?.workspaces ?? null],
  );
}

/** Those that the set is assigned to, newest first. */
export async function listWorkspacesWithVariableSet(
  database: Database,
  variableSetId: string,
  part: ListPart,
): Promise<WorkspaceInPool[]> {
  const assigned = 'w.id in (select workspace_id from variable_set_workspaces where variable_set_id = $4)';
  return listWhere(database, assigned, part, [variableSetId]);
}

/** @param params from $4 on */
async function listWhere(
  database: Database,
  where: string,
  { after, limit }: ListPart,
  params: readonly unknown[],
): Promise<WorkspaceInPool[]> {
  const rows = await database.rows<RawRow>(
    `${WORKSPACES}
     where ${where} and w.deleted_at is null and ($1::timestamptz is null or (w.created_at, w.id) < ($1, $2::uuid))
     order by w.created_at desc, w.id desc limit $3`,
    [after?.createdAt ?? null, after?.id ?? null, limit, ...params],
  );
  return rows.map((row) => toEntity<WorkspaceInPool>(row));
}
