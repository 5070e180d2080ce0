import { randomBytes } from 'node:crypto';
import {
  hasKeptSecrets,
  insertDataKey,
  readDataKeys,
  readSealedSample,
  rewrapDataKey,
  withDataKeysLocked,
  type Database,
  type DataKeyRow,
  type Sql,
} from '@berth/persistence';
import { decrypt, deriveKey, KEY_BYTES } from './cipher.js';
import { DataKeys, type DataKey } from './data-keys.js';
import type { KeyWrap } from './key-wrap.js';
import { SEALED_COLUMNS } from './sealed-columns.js';

/** A key that processes learn every 2 s is used 6 s after it was made. */
const KNOWN_TO_ALL_SECONDS = 6;

/** The key of the settings does not open what this database holds. */
export class WrongEncryptionKey extends Error {
  constructor(what: string) {
    super(
      `BERTH_ENCRYPTION_KEY is not the key of this database: it does not open ${what}. Start with the key that was used ` +
        'until now; if it was meant to change, give that one as BERTH_OLD_ENCRYPTION_KEY beside the new one',
    );
    this.name = 'WrongEncryptionKey';
  }
}

export interface Wraps {
  readonly present: KeyWrap;
  /** Of a key that is on its way out: what it has wrapped is wrapped anew. */
  readonly former: KeyWrap | null;
}

/**
 * The data keys of the database, made at the first start. What the former key has wrapped, the present one wraps from now
 * on. @throws WrongEncryptionKey
 */
export async function openDataKeys(
  database: Database,
  wraps: Wraps,
): Promise<{ readonly keys: DataKeys; readonly rewrapped: number }> {
  return withDataKeysLocked(database, async (sql) => {
    let rows = await readDataKeys(sql, KNOWN_TO_ALL_SECONDS);
    if (rows.length === 0) {
      await beginDataKeys(sql, wraps);
      rows = await readDataKeys(sql, KNOWN_TO_ALL_SECONDS);
    }
    const rewrapped = await rewrapFormer(sql, rows, wraps);
    const root = rows.find(({ kind }) => kind === 'root');
    if (root === undefined) {
      throw new Error('the root key is not among the data keys: the table data_keys is not whole');
    }
    const keys = rows.filter(({ kind }) => kind === 'data').map((row) => unwrapped(row, wraps));
    return { keys: new DataKeys(unwrapped(root, wraps).key, keys), rewrapped };
  });
}

/** Learns the keys that other processes have made. @throws WrongEncryptionKey where they have another key meanwhile */
export async function learnDataKeys(sql: Sql, keys: DataKeys, wraps: Wraps): Promise<void> {
  const rows = await readDataKeys(sql, KNOWN_TO_ALL_SECONDS);
  keys.learn(
    rows
      .filter(({ kind }) => kind === 'data')
      .map((row) => {
        const key = keys.of(row.id);
        return key === undefined ? unwrapped(row, wraps) : { ...row, key };
      }),
  );
}

/** Another data key, which seals what comes as soon as all processes know it. @throws WrongEncryptionKey */
export async function addDataKey(sql: Sql, { present }: Wraps): Promise<number> {
  const rows = await readDataKeys(sql, KNOWN_TO_ALL_SECONDS);
  if (rows.some(({ wrappedBy }) => wrappedBy !== present.name)) {
    throw new WrongEncryptionKey('all data keys');
  }
  const newest = rows.filter(({ kind }) => kind === 'data').at(-1);
  // Asked for again before it is in use.
  return newest?.isKnownToAll === false ? newest.id : makeDataKey(sql, present);
}

async function beginDataKeys(sql: Sql, wraps: Wraps): Promise<void> {
  const { present, former } = wraps;
  if (await hasKeptSecrets(sql)) {
    const wrap = former ?? present;
    await expectOpensSamples(sql, wrap.formerRoot);
    await insertDataKey(sql, {
      kind: 'root',
      wrappedKey: present.wrap('root', wrap.formerRoot),
      wrappedBy: present.name,
    });
  } else {
    const root = randomBytes(KEY_BYTES);
    await insertDataKey(sql, {
      kind: 'root',
      wrappedKey: present.wrap('root', root),
      wrappedBy: present.name,
    });
  }
  await makeDataKey(sql, present);
}

async function makeDataKey(sql: Sql, wrap: KeyWrap): Promise<number> {
  const wrappedKey = wrap.wrap('data', randomBytes(KEY_BYTES));
  return insertDataKey(sql, { kind: 'data', wrappedKey, wrappedBy: wrap.name });
}

/** An installation of before there were data keys is not given a wrong root for good. @throws WrongEncryptionKey */
async function expectOpensSamples(sql: Sql, root: Buffer): Promise<void> {
  for (const { seal, ...place } of SEALED_COLUMNS) {
    const sample = await readSealedSample(sql, place);
    if (sample !== null && decrypt(deriveKey(root, 'seal'), seal, sample.subarray(1)) === null) {
      throw new WrongEncryptionKey(`what is in ${place.table}.${place.column}`);
    }
  }
}

async function rewrapFormer(sql: Sql, rows: readonly DataKeyRow[], wraps: Wraps): Promise<number> {
  const { present } = wraps;
  const others = rows.filter(({ wrappedBy }) => wrappedBy !== present.name);
  for (const row of others) {
    const wrappedKey = present.wrap(row.kind, unwrapped(row, wraps).key);
    await rewrapDataKey(sql, { id: row.id, wrappedKey, wrappedBy: present.name });
  }
  return others.length;
}

function unwrapped({ id, kind, wrappedKey, isKnownToAll }: DataKeyRow, { present, former }: Wraps): DataKey {
  const key = present.unwrap(kind, wrappedKey) ?? former?.unwrap(kind, wrappedKey) ?? null;
  if (key === null) {
    throw new WrongEncryptionKey(`the data key ${id}`);
  }
  return { id, key, isKnownToAll };
}
