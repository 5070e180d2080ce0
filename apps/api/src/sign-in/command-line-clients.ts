import { createHash } from 'node:crypto';

/** What `terraform login` calls itself, as our discovery document tells it to. */
export const TERRAFORM_CLIENT = 'terraform-cli';
/** Where it listens for its answer. */
export const TERRAFORM_PORTS = [10_000, 10_010] as const;

const CLIENTS: Readonly<Record<string, string>> = { [TERRAFORM_CLIENT]: 'terraform login' };
const CHALLENGE = /^[\w-]{43}$/;
const VERIFIER = /^[\w.~-]{43,128}$/;

/** What a command line is called that may ask for a key; undefined: none that is known. */
export function clientName(clientId: string): string | undefined {
  return Object.hasOwn(CLIENTS, clientId) ? CLIENTS[clientId] : undefined;
}

/** Whether an address is the command line's own, on the person's machine: nothing else ever gets a code. */
export function isOwnRedirect(address: string): boolean {
  if (!URL.canParse(address)) {
    return false;
  }
  const { protocol, hostname, port, username, password, hash } = new URL(address);
  const [first, last] = TERRAFORM_PORTS;
  return (
    protocol === 'http:' &&
    ['localhost', '127.0.0.1'].includes(hostname) &&
    Number(port) >= first &&
    Number(port) <= last &&
    username + password + hash === ''
  );
}

export function isChallenge(challenge: string): boolean {
  return CHALLENGE.test(challenge);
}

/** The challenge of a verifier (S256, RFC 7636); null where it cannot be one. */
export function challengeOf(verifier: string): string | null {
  return VERIFIER.test(verifier) ? createHash('sha256').update(verifier).digest('base64url') : null;
}
