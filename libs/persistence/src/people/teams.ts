import { tell } from '../audit/recording.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { KeyedListPart } from '../page.js';

export interface Team {
  readonly id: string;
  readonly name: string;
  readonly signInGroup: string | null;
  readonly members: number;
  readonly createdAt: Date;
}

const TEAMS = `select t.id, t.name, t.sign_in_group as "signInGroup", t.created_at as "createdAt",
  (select count(*)::int from team_members tm where tm.team_id = t.id) as members from teams t`;

export async function listTeams(
  sql: Sql,
  organizationId: string,
  { after, limit }: KeyedListPart,
): Promise<Team[]> {
  return sql.rows<Team>(
    `${TEAMS} where t.organization_id = $1 and ($2::text is null or t.name > $2) order by t.name limit $3`,
    [organizationId, after, limit],
  );
}

export async function readTeam(sql: Sql, organizationId: string, idOrName: string): Promise<Team | null> {
  const [team] = await sql.rows<Team>(
    `${TEAMS} where t.organization_id = $1 and (t.id::text = $2 or t.name = $2)`,
    [organizationId, idOrName],
  );
  return team ?? null;
}

/** Under the same id it is created once. @throws UniqueViolation where the name is taken */
export async function createTeam(
  database: Database,
  team: Pick<Team, 'id' | 'name' | 'signInGroup'> & { readonly organizationId: string },
): Promise<void> {
  await database.rows(
    `insert into teams (id, organization_id, name, sign_in_group) values ($1, $2, $3, $4) on conflict (id) do nothing`,
    [team.id, team.organizationId, team.name, team.signInGroup],
  );
}

/** @throws UniqueViolation where the name is taken */
export async function changeTeam(
  database: Database,
  id: string,
  { name, signInGroup }: Pick<Team, 'name' | 'signInGroup'>,
): Promise<void> {
  await database.rows('update teams set name = $2, sign_in_group = $3 where id = $1', [
    id,
    name,
    signInGroup,
  ]);
}

/** Its grants go with it. */
export async function deleteTeam(database: Database, id: string): Promise<void> {
  await database.rows('delete from teams where id = $1', [id]);
}

export interface TeamMember {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly source: 'person' | 'sign_in';
}

export async function listTeamMembers(
  sql: Sql,
  teamId: string,
  { after, limit }: KeyedListPart,
): Promise<TeamMember[]> {
  return sql.rows<TeamMember>(
    `select u.id as "userId", u.email, u.name, tm.source from team_members tm join users u on u.id = tm.user_id
     where tm.team_id = $1 and ($2::text is null or lower(u.email) > $2) order by lower(u.email) limit $3`,
    [teamId, after, limit],
  );
}

/** What a person did stays when a sign-in says the same. */
export async function addTeamMember(
  database: Database,
  { organizationId, teamId, userId }: { organizationId: string; teamId: string; userId: string },
): Promise<void> {
  await database.rows(
    `insert into team_members (organization_id, team_id, user_id, source) values ($1, $2, $3, 'person')
     on conflict (team_id, user_id) do update set source = 'person'`,
    [organizationId, teamId, userId],
  );
}

export async function removeTeamMember(database: Database, teamId: string, userId: string): Promise<boolean> {
  const gone = await database.rows(
    'delete from team_members where team_id = $1 and user_id = $2 returning user_id',
    [teamId, userId],
  );
  return gone.length > 0;
}

/**
 * Makes a member's teams those whose group the sign-in has named, beside those that people put them in. Gives what came
 * and went.
 */
export async function followGroups(
  database: Database,
  { organizationId, userId, groups }: { organizationId: string; userId: string; groups: readonly string[] },
): Promise<{ readonly joined: string[]; readonly left: string[] }> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const left = await sql.rows<{ name: string }>(
      `delete from team_members tm using teams t
       where t.id = tm.team_id and tm.organization_id = $1 and tm.user_id = $2 and tm.source = 'sign_in'
         and (t.sign_in_group is null or t.sign_in_group <> all($3::text[])) returning t.name`,
      [organizationId, userId, groups],
    );
    const joined = await sql.rows<{ name: string }>(
      `with joined as (
         insert into team_members (organization_id, team_id, user_id, source)
         select organization_id, id, $2, 'sign_in' from teams
         where organization_id = $1 and sign_in_group = any($3::text[])
         on conflict (team_id, user_id) do nothing returning team_id
       )
       select t.name from joined join teams t on t.id = joined.team_id`,
      [organizationId, userId, groups],
    );
    const change = { joined: joined.map(({ name }) => name), left: left.map(({ name }) => name) };
    tell({ after: change });
    return change;
  });
}
