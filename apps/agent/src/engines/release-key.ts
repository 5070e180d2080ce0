import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '@berth/config';
import { createMessage, readKeys, readSignature, verify, type Key, type Signature } from 'openpgp';
import type { Engine } from './engine-releases.js';

/** The settings that name the files. */
export const RELEASE_KEY_SETTINGS = {
  terraform: 'BERTH_TERRAFORM_RELEASE_KEY',
  opentofu: 'BERTH_OPENTOFU_RELEASE_KEY',
} as const satisfies Record<Engine, string>;

export type ReleaseKeys = Readonly<Partial<Record<Engine, ReleaseKey>>>;

const ARMORED_KEY = /-----BEGIN PGP PUBLIC KEY BLOCK-----[^]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/** A vendor's public key in a file: armored, or several of them one after the other. */
export class ReleaseKey {
  private constructor(
    readonly setting: string,
    readonly path: string,
    private readonly keys: readonly Key[],
  ) {}

  /** @throws ConfigError */
  static async read(setting: string, path: string): Promise<ReleaseKey> {
    const file = resolve(path);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new ConfigError([`${setting} names ${file}, which cannot be read (${code ?? message})`]);
    });
    const blocks = text.match(ARMORED_KEY) ?? [];
    const keys = await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys }))).catch(() => []);
    if (keys.flat().length === 0) {
      throw new ConfigError([`${setting} names ${file}, which holds no armored OpenPGP public key`]);
    }
    return new ReleaseKey(setting, file, keys.flat());
  }

  /** For a person: which keys are trusted, and who says so. */
  get description(): string {
    const ids = [...new Set(this.keys.map((key) => named(key.getKeyID())))];
    return `key ${ids.join(', ')} in ${this.path} (${this.setting})`;
  }

  /** Null when one of the keys signed this content while it was valid; else what is wrong with the signature. */
  async faultOf(content: Buffer, bytes: Buffer): Promise<string | null> {
    const signature = await parseSignature(bytes);
    if (signature === null) {
      return 'it is no OpenPGP signature';
    }
    const faults = new Set<string>();
    for (const key of this.keys) {
      const fault = await faultWith(key, content, signature);
      if (fault === null) {
        return null;
      }
      faults.add(fault);
    }
    return [...faults].join('; ');
  }
}

/** @throws ConfigError with all faults at once */
export async function readReleaseKeys(
  paths: Readonly<Partial<Record<Engine, string | undefined>>>,
): Promise<ReleaseKeys> {
  const keys: Partial<Record<Engine, ReleaseKey>> = {};
  const faults: string[] = [];
  for (const engine of ['terraform', 'opentofu'] as const) {
    const path = paths[engine];
    if (path !== undefined) {
      try {
        keys[engine] = await ReleaseKey.read(RELEASE_KEY_SETTINGS[engine], path);
      } catch (error) {
        if (!(error instanceof ConfigError)) {
          throw error;
        }
        faults.push(...error.faults);
      }
    }
  }
  if (faults.length > 0) {
    throw new ConfigError(faults);
  }
  return keys;
}

/** HashiCorp's is binary; a mirror's own may be armored. */
async function parseSignature(bytes: Buffer): Promise<Signature | null> {
  try {
    const text = bytes.toString('latin1');
    const signature = text.startsWith('-----BEGIN PGP SIGNATURE-----')
      ? await readSignature({ armoredSignature: text })
      : await readSignature({ binarySignature: bytes });
    return signature.packets.length === 0 ? null : signature;
  } catch {
    return null;
  }
}

/** A signature file may hold the signatures of several keys: one good one is enough. */
async function faultWith(key: Key, content: Buffer, signature: Signature): Promise<string | null> {
  const { signatures } = await verify({
    message: await createMessage({ binary: content }),
    signature,
    verificationKeys: key,
    // The times are checked below. HashiCorp's key got a new end in 2026, and with it new signatures on itself, which
    // are younger than the releases: openpgp would say that the key was not valid yet when it signed them.
    date: null,
    config: { allowInsecureVerificationWithReformattedKeys: true },
  });
  let fault = 'it holds no signature of a file';
  for (const { keyID, verified, signature: made } of signatures) {
    const signer = named(keyID);
    try {
      if (key.getKeys(keyID).length === 0) {
        throw new Error('this key is not trusted');
      }
      await verified;
      await checkTimes(key, await made);
      return null;
    } catch (error) {
      fault = `key ${signer}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  return fault;
}

/** A key that has expired still speaks for what it signed before: releases outlive keys. */
async function checkTimes(key: Key, { packets }: Signature): Promise<void> {
  const [packet] = packets;
  const created = packet?.created;
  if (packet === undefined || created === null || created === undefined) {
    throw new Error('the signature has no date');
  }
  const subkey = key.subkeys.find((one) => one.getKeyID().equals(packet.issuerKeyID));
  for (const end of [await key.getExpirationTime(), await subkey?.getExpirationTime()]) {
    if (end === null) {
      throw new Error('the key is revoked');
    }
    if (end !== undefined && created >= end) {
      throw new Error(`the signature was made at ${iso(created)}, after the key expired at ${iso(end)}`);
    }
  }
  const { signatureExpirationTime, signatureNeverExpires } = packet;
  if (!signatureNeverExpires && Date.now() >= created.getTime() + (signatureExpirationTime ?? 0) * 1_000) {
    throw new Error('the signature has expired');
  }
}

function iso(time: Date | number): string {
  return new Date(time).toISOString();
}

/** As gpg and the vendors write it. */
function named(id: { toHex(): string }): string {
  return id.toHex().toUpperCase();
}
