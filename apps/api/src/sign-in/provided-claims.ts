/** What an identity provider says of somebody, as Berth reads it. */
export interface ProvidedClaims {
  readonly subject: string;
  /** Null where there is none, or the provider says that it is not verified. */
  readonly email: string | null;
  readonly name: string;
  /** Null where the provider has more of them than it says here. */
  readonly groups: readonly string[] | null;
}

const MAX_GROUPS = 1_000;
const MAX_GROUP_LENGTH = 200;
const MAX_NAME_LENGTH = 100;
const EMAIL = /^[^\s@,;<>"']+@[^\s@,;<>"']+$/;

type Claims = Readonly<Record<string, unknown>>;

/** @param groupsClaim the name of the claim with the groups */
export function readClaims(subject: string, claims: Claims, groupsClaim: string): ProvidedClaims {
  const email = emailOf(claims);
  return { subject, email, name: nameOf(claims) ?? email ?? subject, groups: groupsOf(claims, groupsClaim) };
}

/** Whether an address is in one of the domains; where none is named, every address is. */
export function isAllowed(email: string | null, domains: readonly string[]): boolean {
  return domains.length === 0 || (email !== null && domains.includes(domainOf(email)));
}

/** The domains of a list with commas. */
export function domainsOf(list: string): string[] {
  return list
    .split(',')
    .map((domain) => domain.trim().replace(/^@/, '').toLowerCase())
    .filter((domain) => domain !== '');
}

function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

function emailOf({ email, email_verified: verified }: Claims): string | null {
  // Some providers write it as a text.
  const counts = verified !== false && verified !== 'false';
  return counts && typeof email === 'string' && email.length <= 254 && EMAIL.test(email) ? email : null;
}

function nameOf({ name, preferred_username: username }: Claims): string | null {
  for (const one of [name, username]) {
    const line = typeof one === 'string' ? one.replace(/\p{Cc}+/gu, ' ').trim() : '';
    if (line !== '') {
      return line.slice(0, MAX_NAME_LENGTH);
    }
  }
  return null;
}

function groupsOf(claims: Claims, groupsClaim: string): string[] | null {
  const said = claims[groupsClaim];
  if (said === undefined) {
    // Beyond some 200 groups, Entra says only where they could be asked for.
    return Object.hasOwn(Object(claims['_claim_names']) as object, groupsClaim) ? null : [];
  }
  const groups = (Array.isArray(said) ? said : [said]).filter(
    (one): one is string => typeof one === 'string' && one !== '' && one.length <= MAX_GROUP_LENGTH,
  );
  return groups.slice(0, MAX_GROUPS);
}
