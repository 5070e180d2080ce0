import type { Database } from '../database.js';

/** A set and a workspace of the same organization. */
export interface VariableSetAssignment {
  readonly organizationId: string;
  readonly variableSetId: string;
  readonly workspaceId: string;
}

/** The workspace's next runs get the set's variables. Assigning again changes nothing. */
export async function assignVariableSet(
  database: Database,
  { organizationId, variableSetId, workspaceId }: VariableSetAssignment,
): Promise<void> {
  await database.rows(
    `insert into variable_set_workspaces (variable_set_id, workspace_id, organization_id) values ($1, $2, $3)
     on conflict do nothing`,
    [variableSetId, workspaceId, organizationId],
  );
}

/** False: the set was not assigned to the workspace. */
export async function detachVariableSet(
  database: Database,
  { variableSetId, workspaceId }: Omit<VariableSetAssignment, 'organizationId'>,
): Promise<boolean> {
  const detached = await database.rows(
    'delete from variable_set_workspaces where variable_set_id = $1 and workspace_id = $2 returning workspace_id',
    [variableSetId, workspaceId],
  );
  return detached.length > 0;
}
