import { LOGGER, type Logger } from '@berth/observability';
import { Database } from '@berth/persistence';
import type { Provider } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { DataKeysLoop } from './data-keys.loop.js';
import { DataKeys } from './data-keys.js';
import { openDataKeys, type Wraps } from './kept-keys.js';
import { ResealLoop } from './reseal.loop.js';
import { SecretBox } from './secret-box.js';
import { TokenSigner } from './signed-token.js';
import { WRAPS, wrapsOf } from './wraps.js';

/** What seals, signs and derives keys. Where the settings' key does not open the database's keys, the api does not start. */
export function secretProviders(env: ApiEnv): Provider[] {
  return [
    { provide: WRAPS, useFactory: () => wrapsOf(env) },
    { provide: DataKeys, useFactory: opened, inject: [Database, WRAPS, LOGGER] },
    { provide: SecretBox, useFactory: (keys: DataKeys) => new SecretBox(keys), inject: [DataKeys] },
    { provide: TokenSigner, useFactory: (keys: DataKeys) => new TokenSigner(keys.root), inject: [DataKeys] },
    DataKeysLoop,
    ResealLoop,
  ];
}

async function opened(database: Database, wraps: Wraps, logger: Logger): Promise<DataKeys> {
  const { keys, rewrapped } = await openDataKeys(database, wraps);
  if (rewrapped > 0) {
    logger.info(
      `${rewrapped} keys are wrapped with BERTH_ENCRYPTION_KEY now, and not with the old one any more`,
    );
  }
  return keys;
}
