import type { Database } from '../database.js';
import type { VariableSetRow } from '../entities/index.js';

/** What a person says of a set. */
type Settings = Pick<VariableSetRow, 'name' | 'description' | 'global'>;

export type NewVariableSet = Settings & Pick<VariableSetRow, 'id' | 'organizationId'>;

/** Under the same id it is created once, however often it is asked for. @throws UniqueViolation where the name is taken */
export async function createVariableSet(database: Database, set: NewVariableSet): Promise<void> {
  await database.rows(
    `insert into variable_sets (id, organization_id, name, description, global) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing`,
    [set.id, set.organizationId, set.name, set.description, set.global],
  );
}

/** What is null stays as it is. @throws UniqueViolation where the name is taken */
export async function changeVariableSet(
  database: Database,
  id: string,
  { name, description, global }: { readonly [K in keyof Settings]: Settings[K] | null },
): Promise<void> {
  await database.rows(
    `update variable_sets set name = coalesce($2, name), description = coalesce($3, description),
       global = coalesce($4, global), updated_at = now()
     where id = $1`,
    [id, name, description, global],
  );
}

/** Its variables and assignments go with it. */
export async function deleteVariableSet(database: Database, id: string): Promise<void> {
  await database.rows('delete from variable_sets where id = $1', [id]);
}
