import {
  createFirstLink,
  createSignInLink,
  readOrganization,
  readUserByEmail,
  recorded,
  type Database,
} from '@berth/persistence';
import { newSignInLink, signInLinkAt } from '../sign-in/sign-in-link.js';
import { deedOfAdmin } from './deed-of-admin.js';
import { NotNow } from './not-now.js';

const FIRST_ORGANIZATION = 'default';

/**
 * A one-time link for somebody who is known, or with no address for the first owner. Whoever can reach the database may
 * make one for anybody. @throws NotNow
 */
export async function makeSignInLink(
  database: Database,
  publicUrl: string,
  email: string | undefined,
): Promise<string> {
  const { token, row } = newSignInLink();
  const home = await readOrganization(database, FIRST_ORGANIZATION);
  const deed = deedOfAdmin({
    operation: 'createSignInLink',
    objectType: 'sign-in-link',
    organizationId: home?.id ?? null,
    objectName: email ?? 'first owner',
  });
  await recorded({ deed, written: false }, async () =>
    email === undefined ? makeFirst(database, row) : makeFor(database, row, email),
  );
  return signInLinkAt(publicUrl, token);
}

type Row = ReturnType<typeof newSignInLink>['row'];

async function makeFirst(database: Database, row: Row): Promise<void> {
  if (!(await createFirstLink(database, row))) {
    throw new NotNow('there is an owner already: say whom the link is for with --email');
  }
}

async function makeFor(database: Database, row: Row, email: string): Promise<void> {
  const user = await readUserByEmail(database, email);
  if (user === null || user.disabled) {
    throw new NotNow(`nobody who may sign in has the address ${email}: an owner adds them as a member first`);
  }
  await createSignInLink(database, { userId: user.id, ...row });
}
