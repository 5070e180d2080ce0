import type { Database, Sql } from '../database.js';
import type { ConfigurationRow } from '../entities/index.js';
import { beginOf, completed } from '../large-values.js';
import type { RawRow } from '../rows.js';
import { prepared } from '../statement.js';

/** A configuration's bytes as they are stored. */
export async function readConfigurationContent(
  database: Database,
  id: string,
): Promise<Pick<ConfigurationRow, 'content' | 'isSealed'> | null> {
  const [row] = await database.rows<RawRow>(
    `select is_sealed as "isSealed", ${beginOf(CONTENT.column)} from configurations where id = $1`,
    [id],
  );
  const read = row === undefined ? null : await completed<{ isSealed: boolean }>(database, CONTENT, id, row);
  return read === null ? null : { ...read.row, content: read.value };
}

const CONTENT = { table: 'configurations', column: 'content', where: 'id = $1' } as const;

/** Where a configuration was fetched from; all null for an upload. */
export type ConfigurationOrigin = Pick<ConfigurationRow, 'gitUrl' | 'gitBranch' | 'gitPath' | 'gitCommit'>;

const ORIGIN = prepared(
  `select git_url as "gitUrl", git_branch as "gitBranch", git_path as "gitPath", git_commit as "gitCommit"
   from configurations where id = $1 and workspace_id = $2`,
);

/** Null: the workspace has no such configuration. */
export async function readConfigurationOrigin(
  sql: Sql,
  workspaceId: string,
  id: string,
): Promise<ConfigurationOrigin | null> {
  const [origin] = await sql.rows<ConfigurationOrigin>(ORIGIN, [id, workspaceId]);
  return origin ?? null;
}
