import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeDurably } from '../disk/durable-file.js';
import { readKept } from '../identity.js';

/**
 * What proves that this is the agent of its id, made before its first session and kept in its home: the token of a pool is
 * known to many.
 */
export async function readAgentSecret(home: string): Promise<string> {
  const file = join(home, 'agent-secret');
  const kept = await readKept(file);
  if (kept !== '') {
    return kept;
  }
  const secret = randomBytes(32).toString('base64url');
  await writeDurably(file, `${secret}\n`);
  return secret;
}
