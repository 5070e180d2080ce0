import type { Places } from '@berth/domain';
import type { Database, Sql } from '../database.js';
import type { KeyedListPart } from '../page.js';

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

const PROJECTS = `select p.id, p.name, p.created_at as "createdAt" from projects p`;

/** By name; within: those that the reader has a place in, the projects of their workspaces included. */
export async function listProjects(
  sql: Sql,
  organizationId: string,
  within: Places | null,
  { after, limit }: KeyedListPart,
): Promise<Project[]> {
  return sql.rows<Project>(
    `${PROJECTS} where p.organization_id = $1 and ($2::text is null or p.name > $2)
       and ($4::uuid[] is null or p.id = any($4) or p.id in (select project_id from workspaces where id = any($5::uuid[])))
     order by p.name limit $3`,
    [organizationId, after, limit, within?.projects ?? null, within?.workspaces ?? null],
  );
}

export async function readProject(
  sql: Sql,
  organizationId: string,
  idOrName: string,
): Promise<Project | null> {
  const [project] = await sql.rows<Project>(
    `${PROJECTS} where p.organization_id = $1 and (p.id::text = $2 or p.name = $2)`,
    [organizationId, idOrName],
  );
  return project ?? null;
}

/** Under the same id it is created once. @throws UniqueViolation where the name is taken */
export async function createProject(
  database: Database,
  { id, organizationId, name }: { id: string; organizationId: string; name: string },
): Promise<void> {
  await database.rows(
    'insert into projects (id, organization_id, name) values ($1, $2, $3) on conflict (id) do nothing',
    [id, organizationId, name],
  );
}

/** @throws UniqueViolation where the name is taken */
export async function renameProject(database: Database, id: string, name: string): Promise<void> {
  await database.rows('update projects set name = $2 where id = $1', [id, name]);
}

/** Gives how many workspaces are in it, which keep it. */
export async function deleteProject(database: Database, id: string): Promise<number> {
  const [row] = await database.rows<{ workspaces: number }>(
    `with gone as (
       delete from projects p where p.id = $1 and not exists (select 1 from workspaces where project_id = $1)
     )
     select count(*)::int as workspaces from workspaces where project_id = $1`,
    [id],
  );
  return row?.workspaces ?? 0;
}
