import type { Database } from '../database.js';
import type { ConfigurationRow } from '../entities/index.js';

export type UploadedConfiguration = Pick<
  ConfigurationRow,
  'organizationId' | 'workspaceId' | 'sha256' | 'sizeBytes'
> & {
  readonly sealedContent: Buffer;
  /** Stored under this id before, it is that one. */
  readonly id?: string;
};

/** Keeps what a person has uploaded: from now on it is what the workspace's tasks run. */
export async function storeUploadedConfiguration(
  database: Database,
  uploaded: UploadedConfiguration,
): Promise<Pick<ConfigurationRow, 'id' | 'createdAt'>> {
  const { id = null, organizationId, workspaceId, sha256, sizeBytes, sealedContent } = uploaded;
  const [created] = await database.rows<Pick<ConfigurationRow, 'id' | 'createdAt'>>(
    `with created as (
       insert into configurations (id, organization_id, workspace_id, sha256, size_bytes, content, is_sealed)
       values (coalesce($6::uuid, gen_random_uuid()), $1, $2, $3, $4, $5, true)
       on conflict (id) do nothing returning id, created_at
     ), current as (
       update workspaces set current_configuration_id = created.id, updated_at = now() from created
       where workspaces.id = $2
     )
     select id, created_at as "createdAt" from created
     union all
     select id, created_at from configurations where id = $6 and workspace_id = $2`,
    [organizationId, workspaceId, sha256, sizeBytes, sealedContent, id],
  );
  if (created === undefined) {
    throw new Error(`the configuration of workspace ${workspaceId} was not stored`);
  }
  return created;
}
