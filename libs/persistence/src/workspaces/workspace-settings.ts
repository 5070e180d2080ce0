import type { Database } from '../database.js';
import type { WorkspaceRow } from '../entities/index.js';
import { columnOf } from '../rows.js';

/** What a person says of a workspace. */
type Settings = Pick<
  WorkspaceRow,
  | 'name'
  | 'poolId'
  | 'projectId'
  | 'engine'
  | 'engineVersion'
  | 'workingDirectory'
  | 'autoApply'
  | 'onSlotLost'
  | 'approvals'
  | 'allowSelfApproval'
  | 'keepApprovals'
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
       on_slot_lost, git_url, git_branch, git_path, sealed_git_token, project_id, approvals, allow_self_approval,
       keep_approvals)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (id) do nothing`,
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
      workspace.projectId,
      workspace.approvals,
      workspace.allowSelfApproval,
      workspace.keepApprovals,
    ],
  );
}

/** What is not given stays as it is. @throws UniqueViolation where the name is taken */
export async function changeWorkspace(
  database: Database,
  id: string,
  changes: Partial<Settings>,
): Promise<void> {
  const entries = Object.entries(changes);
  const assignments = entries.map(([property], index) => `${columnOf(property)} = $${index + 2}`);
  await database.rows(
    `update workspaces set ${[...assignments, 'updated_at = now()'].join(', ')} where id = $1`,
    [id, ...entries.map(([, value]) => value)],
  );
}
