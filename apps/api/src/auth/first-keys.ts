import { admitAgentToken, admitApiKey, type Database } from '@berth/persistence';
import { keyHash } from '../secrets/key-hash.js';

/**
 * Lets the keys of the environment open the organization `default` and its pool `default`. A key that the
 * environment named before and names no more is closed: changing the variable is how it is rotated.
 */
export async function admitFirstKeys(
  database: Database,
  apiKey: string,
  agentToken: string | undefined,
): Promise<void> {
  await admitApiKey(database, keyHash(apiKey));
  if (agentToken !== undefined) {
    await admitAgentToken(database, keyHash(agentToken));
  }
}
