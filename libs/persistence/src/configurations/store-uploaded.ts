import type { Database } from '../database.js';
import type { ConfigurationRow } from '../entities/index.js';

export type UploadedConfiguration = Pick<
  ConfigurationRow,
  'organizationId' | 'workspaceId' | 'sha256' | 'sizeBytes' | 'content'
>;

/** Keeps what a person has uploaded: from now on it is what the workspace's tasks run. */
export async function storeUploadedConfiguration(
  database: Database,
  uploaded: UploadedConfiguration,
): Promise<Pick<ConfigurationRow, 'id' | 'createdAt'>> {
  const { organizationId, workspaceId, sha256, sizeBytes, content } = uploaded;
  const [created] = await database.rows<Pick<ConfigurationRow, 'id' | 'createdAt'>>(
    `with created as (
       insert into configurations (organization_id, workspace_id, sha256, size_bytes, content)
       values ($1, $2, $3, $4, $5) returning id, created_at
     ), current as (
       update workspaces set current_configuration_id = created.id, updated_at = now() from created
       where workspaces.id = $2
     )
     select id, created_at as "createdAt" from created`,
    [organizationId, workspaceId, sha256, sizeBytes, content],
  );
  if (created === undefined) {
    throw new Error(`the configuration of workspace ${workspaceId} was not stored`);
  }
  return created;
}
