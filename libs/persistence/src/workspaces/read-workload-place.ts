import type { Sql } from '../database.js';

/** A workspace with what it lies in, by name and id. */
export interface WorkloadPlaceRow {
  readonly organizationId: string;
  readonly organization: string;
  readonly projectId: string;
  readonly project: string;
  readonly workspaceId: string;
  readonly workspace: string;
}

/** Null where the workspace is gone. */
export async function readWorkloadPlace(sql: Sql, workspaceId: string): Promise<WorkloadPlaceRow | null> {
  const [row] = await sql.rows<WorkloadPlaceRow>(
    `select o.id as "organizationId", o.name as organization, p.id as "projectId", p.name as project,
       w.id as "workspaceId", w.name as workspace
     from workspaces w join projects p on p.id = w.project_id join organizations o on o.id = w.organization_id
     where w.id = $1`,
    [workspaceId],
  );
  return row ?? null;
}
