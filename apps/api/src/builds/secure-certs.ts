import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { SecureCerts } from '@berth/contracts';
import { extract } from 'tar-stream';
import { fromBufferPromise } from 'yauzl';
import { ProblemError } from '../problems/problem-error.js';
import { passwordsOf, type CertPasswords } from './cert-passwords.js';

/** Of an archive, unpacked: certs are a few files of a few kilobytes. */
const MAX_UNPACKED_BYTES = 20 * 1024 * 1024;
const MAX_ENTRIES = 1_000;

interface CertFile {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The certs of a submission as a machine reads them. They are a zip or tar.gz with a .p12 (or .pfx), its password in
 * password.txt or in a .json, and .mobileprovision files; or the document itself as JSON; or a lone .p12. What the
 * submission says in fields of its own counts first. @throws ProblemError 422 where there is no .p12
 */
export async function readSecureCerts(certs: Buffer, given: CertPasswords): Promise<SecureCerts> {
  const found = isJson(certs) ? documentOf(certs) : await filesOf(certs).then(certsOf);
  if (found.p12 === '') {
    throw unreadable('there is no .p12 in them');
  }
  return {
    ...found,
    ...given,
    keychainPassword:
      given.keychainPassword ?? (found.keychainPassword || randomBytes(24).toString('base64')),
  };
}

function certsOf(files: readonly CertFile[]): SecureCerts {
  const named = (pattern: RegExp): CertFile[] => files.filter(({ name }) => pattern.test(name));
  const [text] = named(/^(p12-?)?password\.txt$/i);
  const passwords = named(/\.json$/i).map(({ content }) => passwordsOf(jsonOf(content)));
  const said: CertPasswords = Object.assign({}, ...passwords) as CertPasswords;
  return {
    p12: named(/\.(p12|pfx)$/i)[0]?.content.toString('base64') ?? '',
    p12Password: text?.content.toString('utf8').trim() ?? said.p12Password ?? '',
    keychainPassword: said.keychainPassword ?? '',
    provisioningProfiles: named(/\.(mobileprovision|provisionprofile)$/i).map(({ content }) =>
      content.toString('base64'),
    ),
  };
}

function documentOf(certs: Buffer): SecureCerts {
  const json = jsonOf(certs);
  const { p12, provisioningProfiles: profiles } = json;
  const passwords = passwordsOf(json);
  return {
    p12: typeof p12 === 'string' ? p12 : '',
    p12Password: passwords.p12Password ?? '',
    keychainPassword: passwords.keychainPassword ?? '',
    provisioningProfiles: Array.isArray(profiles)
      ? profiles.filter((one): one is string => typeof one === 'string')
      : [],
  };
}

function isJson(certs: Buffer): boolean {
  return /^(\u00ef\u00bb\u00bf)?\s*\{/.test(certs.subarray(0, 256).toString('latin1'));
}

/** Empty where it is none: an unreadable file among others is no reason to give none of them. */
function jsonOf(content: Buffer): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(content.toString('utf8').replace(/^\ufeff/, ''));
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function filesOf(certs: Buffer): Promise<CertFile[]> {
  try {
    if (certs.subarray(0, 2).toString('latin1') === 'PK') {
      return await filesOfZip(certs);
    }
    if (certs[0] === 0x1f && certs[1] === 0x8b) {
      return await filesOfTarGz(certs);
    }
  } catch (cause) {
    throw cause instanceof ProblemError ? cause : unreadable('the archive is damaged', cause);
  }
  return [{ name: 'certs.p12', content: certs }];
}

async function filesOfZip(certs: Buffer): Promise<CertFile[]> {
  const zip = await fromBufferPromise(certs, { lazyEntries: true });
  const gathered = new Gathered();
  for await (const entry of zip.eachEntry()) {
    await gathered.add(entry.fileName, await zip.openReadStreamPromise(entry));
  }
  return gathered.files;
}

async function filesOfTarGz(certs: Buffer): Promise<CertFile[]> {
  const gathered = new Gathered();
  const tar = extract();
  const reading = (async () => {
    for await (const entry of tar) {
      await gathered.add(entry.header.name, entry);
    }
  })();
  await Promise.all([pipeline(Readable.from([certs]), createGunzip(), tar), reading]);
  return gathered.files;
}

/** Files by the last part of their names, without the shadows that macOS packs beside them; within the limits. */
class Gathered {
  readonly files: CertFile[] = [];
  private entries = 0;
  private room = MAX_UNPACKED_BYTES;

  async add(path: string, stream: AsyncIterable<unknown>): Promise<void> {
    this.entries += 1;
    const pieces: Buffer[] = [];
    for await (const piece of stream) {
      this.room -= (piece as Buffer).length;
      if (this.room < 0 || this.entries > MAX_ENTRIES) {
        throw unreadable('the archive is larger than certs are');
      }
      pieces.push(piece as Buffer);
    }
    const name = basename(path);
    if (!path.endsWith('/') && !name.startsWith('._')) {
      this.files.push({ name, content: Buffer.concat(pieces) });
    }
  }
}

function unreadable(why: string, cause?: unknown): ProblemError {
  return new ProblemError(422, 'CERTS_UNREADABLE', `the certs of this build cannot be read: ${why}`, {
    cause,
  });
}
