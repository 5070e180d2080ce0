import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';

/** The one algorithm that all clouds take. */
export const ALGORITHM = 'RS256';
const RSA_BITS = 2_048;

/** A key of ours: the private part to be sealed, the public part as it is published. */
export interface KeyPair {
  readonly kid: string;
  /** PKCS #8. */
  readonly privateKey: Buffer;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** Off the main thread: it takes tenths of a second. */
export async function makeKeyPair(): Promise<KeyPair> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  const { kty, n, e } = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = thumbprint({ kty, n, e });
  return {
    kid,
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }),
    publicJwk: { kty, n, e, kid, alg: ALGORITHM, use: 'sig' },
  };
}

export function privateKeyOf(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** The claims as a JWT (RFC 7519) in the compact form of JWS (RFC 7515). */
export function signJwt(
  { kid, privateKey }: { readonly kid: string; readonly privateKey: KeyObject },
  claims: object,
): string {
  const signed = `${base64url({ alg: ALGORITHM, typ: 'JWT', kid })}.${base64url(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** RFC 7638: the same for the same key, whoever works it out. */
function thumbprint({ e, kty, n }: Partial<Record<'e' | 'kty' | 'n', unknown>>): string {
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}

function base64url(json: object): string {
  return Buffer.from(JSON.stringify(json)).toString('base64url');
}
