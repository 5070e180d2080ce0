/** What a dependency lock file says of one provider. */
export interface LockedProvider {
  /** `registry.terraform.io/hashicorp/aws` */
  readonly address: string;
  readonly version: string;
  /** Of every platform that somebody locked. */
  readonly hashes: readonly string[];
}

export const LOCK_FILE_NAME = '.terraform.lock.hcl';

/** Strings, comments, names and signs: all that a lock file is made of. */
const TOKEN = /"((?:[^"\\\n]|\\.)*)"|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/|[A-Za-z_][\w-]*|[{}[\]=,]/g;

/**
 * The providers of a `.terraform.lock.hcl`. Terraform itself refuses what is no lock file; here a provider that
 * cannot be read is only not found in the store.
 */
export function readLockFile(text: string): LockedProvider[] {
  const tokens = [...text.matchAll(TOKEN)]
    .map(([whole, string]) => ({ sign: string === undefined ? whole : '', string }))
    .filter(({ sign }) => !/^(#|\/)/.test(sign));
  const found: LockedProvider[] = [];
  let at = 0;
  while (at < tokens.length) {
    const address = tokens[at + 1]?.string;
    if (tokens[at]?.sign === 'provider' && address !== undefined && tokens[at + 2]?.sign === '{') {
      const end = tokens.findIndex(({ sign }, index) => index > at && sign === '}');
      const body = tokens.slice(at + 3, end === -1 ? undefined : end);
      const version = valueOf(body, 'version')[0];
      if (version !== undefined) {
        found.push({ address, version, hashes: valueOf(body, 'hashes') });
      }
      at += body.length + 3;
    }
    at += 1;
  }
  return found;
}

/**
 * The same file without the packages' hashes: terraform then believes that the packages are those, and does not read
 * all of them at every command. It wants the very same file at plan and apply.
 */
export function withoutHashes(text: string): string {
  return text.replace(/^[ \t]*hashes[ \t]*=[ \t]*\[[^\]]*\][ \t]*\n?/gm, '');
}

/** The string or the list of strings that an attribute has. */
function valueOf(body: readonly { sign: string; string: string | undefined }[], name: string): string[] {
  const at = body.findIndex(({ sign }, index) => sign === name && body[index + 1]?.sign === '=');
  if (at === -1) {
    return [];
  }
  const rest = body.slice(at + 2);
  const values = rest[0]?.sign === '[' ? until(rest.slice(1), ']') : rest.slice(0, 1);
  return values.flatMap(({ string }) => (string === undefined ? [] : [string]));
}

function until<T extends { sign: string }>(tokens: readonly T[], sign: string): T[] {
  const end = tokens.findIndex((token) => token.sign === sign);
  return tokens.slice(0, end === -1 ? undefined : end);
}
