import type { Database } from '../database.js';
import { VariableSetRow } from '../entities/index.js';
import type { IdOrName } from '../id-or-name.js';
import type { ListPart } from '../page.js';
import { toEntity, type RawRow } from '../rows.js';

/** Null: the organization has no such set. */
export async function readVariableSet(
  database: Database,
  organizationId: string,
  named: IdOrName,
): Promise<VariableSetRow | null> {
  return database.repository(VariableSetRow).findOneBy({ organizationId, ...named });
}

/** Of the organization, newest first. */
export async function listVariableSets(
  database: Database,
  organizationId: string,
  { after, limit }: ListPart,
): Promise<VariableSetRow[]> {
  const rows = await database.rows<RawRow>(
    `select * from variable_sets
     where organization_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3::uuid))
     order by created_at desc, id desc limit $4`,
    [organizationId, after?.createdAt ?? null, after?.id ?? null, limit],
  );
  return rows.map((row) => toEntity<VariableSetRow>(row));
}
