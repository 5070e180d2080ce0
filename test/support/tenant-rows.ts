import type { Database } from '@berth/persistence';

type Row = Readonly<Record<string, unknown>>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Every table with an organization's rows: a new one cannot be forgotten. */
async function tablesOf(database: Database): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `select c.relname as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
     join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** All rows of an organization as text, by their table. */
export async function rowsOf(database: Database, organizationId: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const table of await tablesOf(database)) {
    const rows = await database.rows<{ row: string }>(
      `select t::text as row from "${table}" t where organization_id = $1 order by 1`,
      [organizationId],
    );
    found.set(
      table,
      rows.map(({ row }) => row),
    );
  }
  const [organization] = await database.rows<{ row: string }>(
    'select o::text as row from organizations o where id = $1',
    [organizationId],
  );
  return found.set('organizations', [String(organization?.row)]);
}

/** The ids of all that an organization has, its people's too. */
export async function idsOf(database: Database, organizationId: string): Promise<Set<string>> {
  const ids = new Set([organizationId]);
  for (const table of await tablesOf(database)) {
    for (const { row } of await jsonRows(database, table, organizationId)) {
      for (const id of [row['id'], row['user_id']]) {
        if (typeof id === 'string' && UUID.test(id)) {
          ids.add(id);
        }
      }
    }
  }
  return ids;
}

/** The ids of what hangs on these: of a project its workspaces, of those their runs, states and variables. */
export async function idsBelow(
  database: Database,
  organizationId: string,
  roots: readonly string[],
): Promise<Set<string>> {
  const ids = new Set(roots);
  const tables = (await tablesOf(database)).filter((name) => !NOT_BELOW.includes(name));
  for (let before = 0; before < ids.size;) {
    before = ids.size;
    for (const table of tables) {
      for (const { row } of await jsonRows(database, table, organizationId)) {
        if (typeof row['id'] === 'string' && Object.values(row).some((value) => ids.has(String(value)))) {
          ids.add(row['id']);
        }
      }
    }
  }
  return ids;
}

/** They name what others hang on, and hang on nothing themselves. */
const NOT_BELOW = ['audit_records', 'audit_log', 'idempotency_keys', 'slots', 'agents', 'pools'];

async function jsonRows(database: Database, table: string, organizationId: string): Promise<{ row: Row }[]> {
  return database.rows<{ row: Row }>(
    `select to_jsonb(t) as row from "${table}" t where organization_id = $1`,
    [organizationId],
  );
}
