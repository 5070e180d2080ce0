import type { Database } from '../database.js';
import { WorkspaceRow } from '../entities/index.js';
import { translatePostgresError } from '../postgres-errors.js';

/** What a person says of a workspace. */
type Settings = Pick<
  WorkspaceRow,
  | 'name'
  | 'poolId'
  | 'engine'
  | 'engineVersion'
  | 'workingDirectory'
  | 'autoApply'
  | 'onSlotLost'
  | 'gitUrl'
  | 'gitBranch'
  | 'gitPath'
  | 'sealedGitToken'
>;

export type NewWorkspace = Settings & Pick<WorkspaceRow, 'id' | 'organizationId'>;

/** Under the same id it is created once, however often it is asked for. @throws UniqueViolation where the name is taken */
export async function createWorkspace(database: Database, workspace: NewWorkspace): Promise<void> {
  await database.rows(
    `insert into workspaces (id, organization_id, pool_id, name, engine, engine_version, working_directory, auto_apply,
       on_slot_lost, git_url, git_branch, git_path, sealed_git_token)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict (id) do nothing`,
    [
      workspace.id,
      workspace.organizationId,
      workspace.poolId,
      workspace.name,
      workspace.engine,
      workspace.engineVersion,
      workspace.workingDirectory,
      workspace.autoApply,
      workspace.onSlotLost,
      workspace.gitUrl,
      workspace.gitBranch,
      workspace.gitPath,
      workspace.sealedGitToken,
    ],
  );
}

/** What is not given stays as it is. @throws UniqueViolation where the name is taken */
export async function changeWorkspace(
  database: Database,
  id: string,
  changes: Partial<Settings>,
): Promise<void> {
  await database
    .repository(WorkspaceRow)
    .update(id, { ...changes, updatedAt: new Date() })
    .catch((error: unknown) => {
      throw translatePostgresError(error);
    });
}
