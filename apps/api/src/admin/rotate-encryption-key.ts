import { resealColumn, whatHoldsTheKey, type Database } from '@berth/persistence';
import { SecretBox } from '../secrets/secret-box.js';
import { SEALED_COLUMNS } from './sealed-columns.js';

/** What has to be done first, in words. */
export class NotNow extends Error {}

export interface Rotation {
  readonly database: Database;
  readonly oldKey: string;
  readonly newKey: string;
  readonly say: (line: string) => void;
}

/**
 * Opens every sealed value and seals it with the new key. Values that the new key opens already are left: where it was
 * broken off, it is started again. @throws NotNow; Error where a value opens with neither key
 */
export async function rotateEncryptionKey({ database, oldKey, newKey, say }: Rotation): Promise<void> {
  const { apis, builds } = await whatHoldsTheKey(database);
  if (apis > 0) {
    throw new NotNow(
      `an api is connected to this database (${apis} connections) and would go on sealing with the old key: stop every api first`,
    );
  }
  if (builds > 0) {
    throw new NotNow(
      `${builds} builds with certs have not ended, and their certs lie in the store of files, where this does not reach: let them end or cancel them first`,
    );
  }
  const from = new SecretBox(oldKey);
  const to = new SecretBox(newKey);
  let strange = 0;
  for (const { seal, ...place } of SEALED_COLUMNS) {
    const { seen, changed } = await resealColumn(database, place, (sealed) => {
      if (opened(to, seal, sealed) !== null) {
        return null;
      }
      const content = opened(from, seal, sealed);
      strange += content === null ? 1 : 0;
      return content === null ? null : to.seal(seal, content);
    });
    say(`${place.table}.${place.column}: ${changed} of ${seen} sealed anew`);
  }
  if (strange > 0) {
    throw new Error(
      `${strange} values open with neither key and were left as they are: is BERTH_OLD_ENCRYPTION_KEY the key that the api had?`,
    );
  }
}

function opened(box: SecretBox, seal: string, sealed: Buffer): Buffer | null {
  try {
    return box.open(seal, sealed);
  } catch {
    return null;
  }
}
