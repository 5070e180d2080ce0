import type { Database } from '@berth/persistence';
import { ApiCaller } from '../support/api-caller.js';
import { userKey } from '../support/people.js';

const PEOPLE = {
  ada: ['Ada Marlow', 'owner'],
  ben: ['Ben Okafor', 'member'],
  chiara: ['Chiara Lund', 'member'],
  deniz: ['Deniz Aydin', 'member'],
} as const;

export type Name = keyof typeof PEOPLE;

/** Who works there: what each may do is granted through teams and projects. */
export interface Crew {
  /** Whose pages are shown. */
  readonly ownerId: string;
  readonly by: Readonly<Record<Name, ApiCaller>>;
}

/** Members of the organization, each with a key of their own to act with. */
export async function hire(database: Database, api: ApiCaller, organizationId: string): Promise<Crew> {
  const ids = new Map<Name, string>();
  const by = new Map<Name, ApiCaller>();
  for (const name of Object.keys(PEOPLE) as Name[]) {
    const [fullName, role] = PEOPLE[name];
    const [row] = await database.rows<{ id: string }>(
      `with made as (
         insert into users (email, name, last_sign_in_at) values ($1, $2, now() - interval '2 hours') returning id),
       joined as (insert into members (organization_id, user_id, role) select $3, id, $4 from made)
       select id from made`,
      [`${name}@example.org`, fullName, organizationId, role],
    );
    const id = String(row?.id);
    ids.set(name, id);
    by.set(name, new ApiCaller(api.baseUrl, await userKey(database, id)));
  }
  return { ownerId: ids.get('ada') ?? '', by: Object.fromEntries(by) as Record<Name, ApiCaller> };
}

/** Projects, teams, grants and keys of services. */
export async function organize({ by: { ada } }: Crew): Promise<void> {
  for (const name of ['platform', 'shop']) {
    await ada.expect('POST', '/api/v1/projects', { name });
  }
  for (const [name, signInGroup, ...members] of [
    ['operations', 'berth-operations', 'ben', 'chiara'],
    ['developers', null, 'deniz'],
  ] as const) {
    await ada.expect('POST', '/api/v1/teams', { name, signInGroup });
    for (const member of members) {
      await ada.expect('PUT', `/api/v1/teams/${name}/members/${member}@example.org`);
    }
  }
  for (const grant of [
    { team: 'operations', role: 'operator', project: 'platform' },
    { team: 'operations', role: 'operator', project: 'shop' },
    { team: 'developers', role: 'planner', project: 'shop' },
    { user: 'chiara@example.org', role: 'admin' },
  ]) {
    await ada.expect('POST', '/api/v1/grants', grant);
  }
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  await ada.expect('POST', '/api/v1/keys', {
    name: 'pipeline of the shop',
    role: 'planner',
    projects: ['shop'],
    expiresAt: inDays(60),
  });
  await ada.expect('POST', '/api/v1/keys', { name: 'status page', role: 'viewer' });
  await ada.expect('POST', '/api/v1/account/keys', { name: 'laptop', expiresAt: inDays(90) });
}
