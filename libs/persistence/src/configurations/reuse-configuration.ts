import { SIMPLE_MS, type Database } from '../database.js';
import type { ConfigurationRow } from '../entities/index.js';

export interface KnownContent {
  readonly workspaceId: string;
  readonly sha256: string;
}

/**
 * Makes the newest upload of the workspace with this content what its tasks run, as if it had been uploaded again. Null
 * where the workspace has none. It is held, so that retention does not take it away in this moment. Only its own uploads count: a digest must not open what another workspace was given.
 */
export async function reuseConfiguration(
  database: Database,
  { workspaceId, sha256 }: KnownContent,
): Promise<Pick<ConfigurationRow, 'id' | 'sizeBytes' | 'createdAt'> | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [known] = await sql.rows<Pick<ConfigurationRow, 'id' | 'sizeBytes' | 'createdAt'>>(
      `with known as (
         select id, size_bytes, created_at from configurations
         where workspace_id = $1 and sha256 = $2 and git_commit is null
         order by created_at desc limit 1 for key share
       ), current as (
         update workspaces w set current_configuration_id = known.id, updated_at = now() from known
         where w.id = $1 and w.current_configuration_id is distinct from known.id
       )
       select id, size_bytes as "sizeBytes", created_at as "createdAt" from known`,
      [workspaceId, sha256],
    );
    return known ?? null;
  });
}
