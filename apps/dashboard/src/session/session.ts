import { connect, type Client, type Schemas } from '@berth/client';
import { may, mayAnywhere, ORGANIZATION, type Access, type Permission, type Place } from '@berth/domain';
import { createContext, use } from 'react';

export type Account = Schemas['Account'];
type Whoami = Schemas['Whoami'];

/** Who works at this page, in which organization, and what they may do there. */
export interface Session {
  readonly client: Client;
  readonly account: Account;
  readonly whoami: Whoami;
  readonly access: Access;
}

const Present = createContext<Session | null>(null);
export const SessionProvider = Present.Provider;

export function useSession(): Session {
  const session = use(Present);
  if (session === null) {
    throw new Error('there is no session above this component');
  }
  return session;
}

/** Asks whether the person may do something: in a workspace or, without one, in the organization. */
export function useMay(): (permission: Permission, place?: WorkspacePlace) => boolean {
  const { access } = useSession();
  return (permission, place) =>
    may(
      access,
      permission,
      place === undefined
        ? ORGANIZATION
        : { kind: 'workspace', workspaceId: place.id, projectId: place.projectId },
    );
}

/** Asks whether there is any place where the person may do it. */
export function useMayAnywhere(permission: Permission): boolean {
  return mayAnywhere(useSession().access, permission);
}

type WorkspacePlace = {
  readonly id: string;
  readonly projectId: Extract<Place, { kind: 'project' }>['projectId'];
};

/** How long a busy api is waited for, before a person is told. */
const PATIENCE_MS = 10_000;

/** The api in one organization, with the browser's session. */
export function clientFor(organization?: string): Client {
  return connect({
    url: location.origin,
    patienceMs: PATIENCE_MS,
    ...(organization === undefined ? {} : { organization }),
  });
}

/** Reads who is there. @throws ApiProblem 401 where nobody is signed in */
export async function openSession(wanted: string | undefined): Promise<Session> {
  const account = await clientFor().get('/api/v1/account');
  const organization = account.organizations.find(({ name }) => name === wanted) ?? account.organizations[0];
  if (organization === undefined) {
    throw new NowhereAMember(account.email);
  }
  const client = clientFor(organization.id);
  return { client, account, ...(await accessNow(client)) };
}

/** What the person may do now. @throws ApiProblem 401 where nobody is signed in any more */
export async function accessNow(client: Client): Promise<Pick<Session, 'whoami' | 'access'>> {
  const whoami = await client.get('/api/v1/whoami');
  return { whoami, access: accessOf(whoami) };
}

/** A person who is signed in and belongs to no organization. */
export class NowhereAMember extends Error {
  override readonly name = 'NowhereAMember';

  constructor(readonly email: string) {
    super(`${email} is a member of no organization`);
  }
}

function accessOf({ role, projects, workspaces }: Whoami): Access {
  return {
    person: true,
    organization: role,
    projects: new Map(Object.entries(projects)),
    workspaces: new Map(Object.entries(workspaces)),
  };
}
