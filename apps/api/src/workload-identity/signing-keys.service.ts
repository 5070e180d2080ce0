import type { KeyObject } from 'node:crypto';
import { JsonWebKeySet } from '@berth/contracts';
import { Metrics, type Counter } from '@berth/observability';
import {
  addSigningKey,
  Database,
  isSigningKeyDue,
  readPublishedKeys,
  readSigningKey,
  removeRetiredKeys,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { SIGNING_KEY_SEAL } from '../secrets/seals.js';
import { SecretBox } from '../secrets/secret-box.js';
import { makeKeyPair, privateKeyOf } from './jwt.js';

/**
 * The keys that identity tokens are signed with: in the database, the same for every api process. A new one is published for
 * a day before it signs, an old one until its last token is over.
 */
@Injectable()
export class SigningKeys {
  private readonly changes: Counter<'what'>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SecretBox) private readonly box: SecretBox,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.changes = metrics.counter('berth_signing_keys_total');
  }

  /** Makes a key where one is due, and takes away those of which no token can be left. */
  async keep(): Promise<void> {
    if (await isSigningKeyDue(this.database)) {
      const { kid, publicJwk, privateKey } = await makeKeyPair();
      const sealedPrivateKey = this.box.seal(SIGNING_KEY_SEAL, privateKey);
      if (await addSigningKey(this.database, { kid, publicJwk, sealedPrivateKey })) {
        this.changes.inc({ what: 'made' });
      }
    }
    this.changes.inc({ what: 'removed' }, await removeRetiredKeys(this.database));
  }

  /** @throws Error where it was sealed with another key of the installation */
  async present(): Promise<{ readonly kid: string; readonly privateKey: KeyObject }> {
    const key = (await readSigningKey(this.database)) ?? (await this.first());
    return { kid: key.kid, privateKey: privateKeyOf(this.box.open(SIGNING_KEY_SEAL, key.sealedPrivateKey)) };
  }

  /** What others check tokens with (RFC 7517). */
  async published(): Promise<JsonWebKeySet['keys']> {
    const keys = await readPublishedKeys(this.database);
    return JsonWebKeySet.parse({ keys: keys.map(({ publicJwk }) => publicJwk) }).keys;
  }

  /** Where a run is quicker than the loop of a new installation. */
  private async first() {
    await this.keep();
    const key = await readSigningKey(this.database);
    if (key === null) {
      throw new Error('there is no key to sign identity tokens with, and none could be made');
    }
    return key;
  }
}
