import type { Database } from '../database.js';
import { toEntity, type RawRow } from '../rows.js';
import type { StoredVariable } from './read-run-variables.js';

/** What has variables. */
export interface VariableOwner {
  readonly kind: keyof typeof KEPT;
  readonly id: string;
  readonly organizationId: string;
}

const KEPT = {
  workspace: { table: 'variables', owner: 'workspace_id' },
  variableSet: { table: 'variable_set_variables', owner: 'variable_set_id' },
} as const;

/** The owner's own, by category and key. */
export async function listVariables(
  database: Database,
  { kind, id }: VariableOwner,
): Promise<StoredVariable[]> {
  const { table, owner } = KEPT[kind];
  const rows = await database.rows<RawRow>(
    `select * from ${table} where ${owner} = $1 order by category, key`,
    [id],
  );
  return rows.map((row) => toEntity<StoredVariable>(row));
}

/** The owner has this variable from now on, in place of one with the same key and category. */
export async function putVariable(
  database: Database,
  { kind, id, organizationId }: VariableOwner,
  { key, category, sensitive, hcl, sealedValue, updatedAt }: StoredVariable,
): Promise<void> {
  const { table, owner } = KEPT[kind];
  await database.rows(
    `insert into ${table} (${owner}, organization_id, key, category, sensitive, hcl, sealed_value, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (${owner}, key, category) do update set sensitive = excluded.sensitive, hcl = excluded.hcl,
       sealed_value = excluded.sealed_value, updated_at = excluded.updated_at`,
    [id, organizationId, key, category, sensitive, hcl, sealedValue, updatedAt],
  );
}

/** The key is gone in every category. False: it was not there. */
export async function deleteVariable(
  database: Database,
  { kind, id }: VariableOwner,
  key: string,
): Promise<boolean> {
  const { table, owner } = KEPT[kind];
  const deleted = await database.rows(`delete from ${table} where ${owner} = $1 and key = $2 returning key`, [
    id,
    key,
  ]);
  return deleted.length > 0;
}
