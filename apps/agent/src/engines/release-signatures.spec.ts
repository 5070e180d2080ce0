import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@berth/config';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMessage, enums, generateKey, reformatKey, revokeKey, sign, type PrivateKey } from 'openpgp';
import { ReleaseSite, sumsPath } from '../../../../test/support/release-site.js';
import { EngineBinaries, type EngineBinary } from './engine-installer.js';
import type { Engine } from './engine-releases.js';
import { readReleaseKeys, RELEASE_KEY_SETTINGS } from './release-key.js';
import { ReleaseSignatures } from './release-signatures.js';

const YEAR_SECONDS = 365 * 86_400;
const userIDs = [{ name: 'Vendor', email: 'security@vendor.example' }];
const signal = new AbortController().signal;
const yearsAgo = (years: number): Date => new Date(Date.now() - years * YEAR_SECONDS * 1_000);

/** As HashiCorp's: the main key and one below it that signs. */
async function keyPair(options: { since?: Date; keyExpirationTime?: number } = {}): Promise<PrivateKey> {
  const { since = new Date(), ...others } = options;
  const { privateKey } = await generateKey({
    type: 'curve25519',
    userIDs,
    date: since,
    subkeys: [{ sign: true }],
    format: 'object',
    ...others,
  });
  return privateKey;
}

async function signed(content: Buffer, key: PrivateKey, date = new Date()): Promise<Buffer> {
  const message = await createMessage({ binary: content });
  return Buffer.from(await sign({ message, signingKeys: key, detached: true, format: 'binary', date }));
}

let vendor: PrivateKey;
let stranger: PrivateKey;
let site: ReleaseSite;
let home: string;
let told: string[];

beforeAll(async () => {
  [vendor, stranger] = await Promise.all([keyPair(), keyPair()]);
});
beforeEach(async () => {
  told = [];
  home = await mkdtemp(join(tmpdir(), 'berth-signatures-'));
  site = new ReleaseSite();
  await site.listen();
  await site.release('terraform', '1.9.8');
});
afterEach(async () => {
  await site.close();
  await rm(home, { recursive: true, force: true });
});

const keyFile = (): string => join(home, 'vendor.asc');
const signaturePath = `${sumsPath('1.9.8')}.sig`;
const sums = (): Buffer => site.files.get(sumsPath('1.9.8'))!;

/** Installs with these keys in the file of the engine's key; without any there is no file. */
async function install(
  keys: readonly PrivateKey[],
  engine: Engine = 'terraform',
  version = '1.9.8',
): Promise<EngineBinary> {
  await writeFile(keyFile(), keys.map((key) => key.toPublic().armor()).join('\n'));
  const trusted = await readReleaseKeys(keys.length === 0 ? {} : { [engine]: keyFile() });
  const signatures = new ReleaseSignatures(trusted, {
    warn: (...said: unknown[]) => told.push(said.join(' ')),
  });
  const settings = {
    home,
    usePathBinary: false,
    searchPath: '',
    urls: site.urls,
    installTimeoutMs: 60_000,
  };
  return new EngineBinaries(settings, signatures).resolve({ engine, version, signal });
}

async function installedVersions(): Promise<string[]> {
  return readdir(join(home, 'engines/terraform'));
}

describe('a release with a good signature', () => {
  it('is installed', async () => {
    site.files.set(signaturePath, await signed(sums(), vendor));

    expect(await install([vendor])).toMatchObject({ version: '1.9.8', source: 'installed' });
    expect(told).toEqual([]);
  });

  it('is installed with OpenTofu’s own name for it', async () => {
    await site.release('tofu', '1.8.0');
    const path = '/files/v1.8.0/tofu_1.8.0_SHA256SUMS';
    site.files.set(`${path}.sig`, Buffer.from('what cosign made'));
    site.files.set(`${path}.gpgsig`, await signed(site.files.get(path)!, vendor));

    expect(await install([vendor], 'opentofu', '1.8.0')).toMatchObject({ source: 'installed' });
  });

  it('may be signed with any of several keys in the file', async () => {
    site.files.set(signaturePath, await signed(sums(), vendor));

    expect(await install([stranger, vendor])).toMatchObject({ source: 'installed' });
  });

  it('may be signed with several keys of which one is trusted', async () => {
    const both = [await signed(sums(), stranger), await signed(sums(), vendor)];
    site.files.set(signaturePath, Buffer.concat(both));

    expect(await install([vendor])).toMatchObject({ source: 'installed' });
  });
});

describe('a key that has expired', () => {
  let expired: PrivateKey;
  /** The same key with younger signatures on itself, as after a change of its end. */
  let renewed: PrivateKey;
  /** The same key in hands that do not mind its end. */
  let unlimited: PrivateKey;

  beforeAll(async () => {
    expired = await keyPair({ since: yearsAgo(4), keyExpirationTime: 2 * YEAR_SECONDS });
    const options = { privateKey: expired, userIDs, format: 'object' } as const;
    renewed = (await reformatKey({ ...options, keyExpirationTime: 2 * YEAR_SECONDS })).privateKey;
    unlimited = (await reformatKey({ ...options, date: yearsAgo(4) })).privateKey;
  });

  it('still speaks for what it signed before', async () => {
    site.files.set(signaturePath, await signed(sums(), expired, yearsAgo(3)));

    expect(await install([expired])).toMatchObject({ source: 'installed' });
  });

  it('speaks for what it signed before it was renewed', async () => {
    site.files.set(signaturePath, await signed(sums(), expired, yearsAgo(3)));

    expect(await install([renewed])).toMatchObject({ source: 'installed' });
  });

  it('does not speak for what was signed later', async () => {
    site.files.set(signaturePath, await signed(sums(), unlimited, yearsAgo(1)));

    for (const key of [expired, renewed]) {
      await expect(install([key])).rejects.toMatchObject({
        code: 'ENGINE_SIGNATURE_INVALID',
        message: expect.stringContaining('expired'),
      });
    }
  });
});

describe('a key that was revoked because others have it', () => {
  it('speaks for nothing, whatever the date of the signature', async () => {
    const options = { reasonForRevocation: { flag: enums.reasonForRevocation.keyCompromised } };
    const revoked = await revokeKey({ key: vendor, ...options, format: 'object' });
    site.files.set(signaturePath, await signed(sums(), vendor));

    await expect(install([revoked.privateKey])).rejects.toMatchObject({ code: 'ENGINE_SIGNATURE_INVALID' });
  });
});

describe('a release whose signature', () => {
  afterEach(async () => {
    expect(await installedVersions()).toEqual([]);
    expect(site.requests.filter((path) => path.endsWith('.zip'))).toEqual([]);
  });

  const named = (text: string): unknown => expect.stringContaining(text);
  const id = (key: PrivateKey): string => key.getKeyID().toHex().toUpperCase();

  it.each<[string, () => Promise<Buffer>]>([
    ['is another key’s', async () => signed(sums(), stranger)],
    ['is of other content', async () => signed(Buffer.from('other sums'), vendor)],
    ['is none', async () => Buffer.from('<html>not found</html>')],
    ['is empty', async () => Buffer.alloc(0)],
  ])('%s is refused for good, and the refusal names file and key', async (_what, signature) => {
    site.files.set(signaturePath, await signature());
    const attempt = install([vendor]);

    await expect(attempt).rejects.toMatchObject({
      code: 'ENGINE_SIGNATURE_INVALID',
      failureClass: 'permanent',
      message: named(`${site.url}${signaturePath}`),
    });
    await expect(attempt).rejects.toMatchObject({ message: named(`key ${id(vendor)} in ${keyFile()}`) });
  });

  it('is missing is refused for good', async () => {
    const attempt = install([vendor]);

    await expect(attempt).rejects.toMatchObject({
      code: 'ENGINE_SIGNATURE_MISSING',
      failureClass: 'permanent',
      message: named(`${site.url}${signaturePath} does not exist`),
    });
    await expect(attempt).rejects.toMatchObject({ message: named(`key ${id(vendor)} in ${keyFile()}`) });
  });

  it('cannot be fetched now may be tried again', async () => {
    site.faults.set(signaturePath, 503);

    await expect(install([vendor])).rejects.toMatchObject({
      code: 'ENGINE_DOWNLOAD_FAILED',
      failureClass: 'transient',
    });
  });
});

describe('without a key', () => {
  it('no signature is fetched, and the log says so once', async () => {
    await site.release('terraform', '1.10.2');
    const signatures = new ReleaseSignatures({}, { warn: (...said: unknown[]) => told.push(said.join(' ')) });
    const settings = {
      home,
      usePathBinary: false,
      searchPath: '',
      urls: site.urls,
      installTimeoutMs: 60_000,
    };
    const binaries = new EngineBinaries(settings, signatures);
    await binaries.resolve({ engine: 'terraform', version: '1.9.8', signal });
    await binaries.resolve({ engine: 'terraform', version: '1.10.2', signal });

    expect(told).toEqual([expect.stringContaining(RELEASE_KEY_SETTINGS.terraform)]);
    expect(site.requests.filter((path) => path.endsWith('.sig'))).toEqual([]);
  });
});

describe('a key file', () => {
  it('that is missing or holds no public key is named with its setting, all at once', async () => {
    const missing = join(home, 'missing.asc');
    await writeFile(keyFile(), vendor.armor());
    const attempt = readReleaseKeys({ terraform: missing, opentofu: keyFile() });

    await expect(attempt).rejects.toBeInstanceOf(ConfigError);
    await expect(attempt).rejects.toMatchObject({
      faults: [
        `BERTH_TERRAFORM_RELEASE_KEY names ${missing}, which cannot be read (ENOENT)`,
        `BERTH_OPENTOFU_RELEASE_KEY names ${keyFile()}, which holds no armored OpenPGP public key`,
      ],
    });
  });
});
