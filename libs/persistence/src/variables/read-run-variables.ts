import { effectiveVariables } from '@berth/domain';
import type { Sql, Together } from '../database.js';
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
  const rows = await sql.rows<Offered>(OFFERED, [[workspaceId]]);
  return effectiveVariables(rows.map(({ of: _of, ...variable }) => variable));
}

/** The same, by the task that is run. */
export async function readVariablesOfTask(sql: Sql, taskId: string): Promise<RunVariable[]> {
  return effectiveVariables(await sql.together(READING, taskId));
}

interface Offered extends RunVariable {
  readonly of: string;
}

/** @param wanted gives the id of each workspace as `workspace_id`, and whose variables they are */
const offeredTo = (wanted: string, of: string): string => `
select ${of} as of, v.key, v.category, v.sensitive, v.hcl, v.sealed_value as "sealedValue", v.updated_at as "updatedAt",
  null::jsonb as "variableSet"
from ${wanted} join variables v on v.workspace_id = wanted.workspace_id
union all
select ${of}, v.key, v.category, v.sensitive, v.hcl, v.sealed_value, v.updated_at,
  jsonb_build_object('id', s.id, 'name', s.name, 'assigned', a.workspace_id is not null)
from ${wanted} join workspaces w on w.id = wanted.workspace_id
join variable_sets s on s.organization_id = w.organization_id
left join variable_set_workspaces a on a.variable_set_id = s.id and a.workspace_id = w.id
join variable_set_variables v on v.variable_set_id = s.id
where s.global or a.workspace_id is not null`;

const OFFERED = prepared(offeredTo('unnest($1::uuid[]) as wanted(workspace_id)', 'wanted.workspace_id'));
const OFFERED_TO_TASKS = prepared(
  offeredTo('(select id, workspace_id from tasks where id = any($1::uuid[])) as wanted', 'wanted.id'),
);

const READING: Together<string, RunVariable[]> = {
  work: async (sql, taskIds) => {
    const offered = new Map<string, RunVariable[]>(taskIds.map((id) => [id, []]));
    for (const { of, ...variable } of await sql.rows<Offered>(OFFERED_TO_TASKS, [taskIds])) {
      offered.get(of)?.push(variable);
    }
    return taskIds.map((id) => offered.get(id) ?? []);
  },
};
