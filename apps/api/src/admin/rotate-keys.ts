import {
  recorded,
  removeSigningKeys,
  withDataKeysLocked,
  type Database,
  type Deed,
} from '@berth/persistence';
import { addDataKey, openDataKeys, type Wraps } from '../secrets/kept-keys.js';
import { deedOfAdmin } from './deed-of-admin.js';

/**
 * Wraps the data keys with the new key, in one transaction. Processes that run have them in their memory and go on; from now
 * on one starts with the new key. Gives how many were wrapped anew. @throws WrongEncryptionKey
 */
export async function rotateEncryptionKey(database: Database, wraps: Wraps): Promise<number> {
  return recorded({ deed: deedOf('rotateEncryptionKey'), written: false }, async () => {
    const { rewrapped } = await openDataKeys(database, wraps);
    return rewrapped;
  });
}

/** Gives the number of the new data key, with which the api seals everything. @throws WrongEncryptionKey */
export async function rotateDataKey(database: Database, wraps: Wraps): Promise<number> {
  return recorded({ deed: deedOf('rotateDataKey'), written: false }, async () => {
    await openDataKeys(database, wraps);
    return withDataKeysLocked(database, async (sql) => addDataKey(sql, wraps));
  });
}

/** The keys that identity tokens are signed with: the next run gets one of a new key. Gives how many there were. */
export async function revokeSigningKeys(database: Database): Promise<number> {
  return recorded({ deed: deedOf('revokeSigningKeys'), written: false }, async () =>
    removeSigningKeys(database),
  );
}

function deedOf(operation: string): Deed {
  return deedOfAdmin({ operation, objectType: 'installation' });
}
