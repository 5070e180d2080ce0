import { effectiveVariables } from '@berth/domain';
import type { Sql } from '../database.js';
import type { VariableRow } from '../entities/index.js';
import { prepared } from '../statement.js';

/** A variable without its owner. */
export type StoredVariable = Omit<VariableRow, 'workspaceId' | 'organizationId'>;

export interface RunVariable extends StoredVariable {
  /** Where it comes from; null for the workspace's own. */
  readonly variableSet: { readonly id: string; readonly name: string; readonly assigned: boolean } | null;
}

/** The variables that a run of the workspace gets now. One statement, so that they are of one moment. */
export async function readRunVariables(sql: Sql, workspaceId: string): Promise<RunVariable[]> {
  return effectiveVariables(await sql.rows<RunVariable>(OFFERED, [workspaceId]));
}

const OFFERED = prepared(`
select v.key, v.category, v.sensitive, v.hcl, v.sealed_value as "sealedValue", v.updated_at as "updatedAt",
  null::jsonb as "variableSet"
from variables v where v.workspace_id = $1
union all
select v.key, v.category, v.sensitive, v.hcl, v.sealed_value, v.updated_at,
  jsonb_build_object('id', s.id, 'name', s.name, 'assigned', a.workspace_id is not null)
from workspaces w
join variable_sets s on s.organization_id = w.organization_id
left join variable_set_workspaces a on a.variable_set_id = s.id and a.workspace_id = w.id
join variable_set_variables v on v.variable_set_id = s.id
where w.id = $1 and (s.global or a.workspace_id is not null)`);
