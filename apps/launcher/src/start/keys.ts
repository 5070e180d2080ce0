import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeJsonAtomically } from '@berth/private-servers';

const keysSchema = z.object({
  apiKey: z.string().min(32),
  agentToken: z.string().min(32),
  encryptionKey: z
    .string()
    .refine((key) => Buffer.from(key, 'base64').length === 32, 'must be 32 bytes in base64'),
});

/** What people show to the api, what agents show to it, and what it encrypts variables with. */
export type Keys = z.infer<typeof keysSchema>;

/** The keys of this home, made at its first start; those set in the environment go before them. */
export function loadKeys(file: string, env: NodeJS.ProcessEnv): Keys {
  const kept = existsSync(file) ? readKeys(file) : createKeys(file);
  return {
    apiKey: env['BERTH_API_KEY'] ?? kept.apiKey,
    agentToken: env['BERTH_AGENT_TOKEN'] ?? kept.agentToken,
    encryptionKey: env['BERTH_ENCRYPTION_KEY'] ?? kept.encryptionKey,
  };
}

function readKeys(file: string): Keys {
  try {
    return keysSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    // Never made anew by itself: without its encryption key the database's secrets are lost.
    throw new Error(`${file} does not hold apiKey, agentToken and encryptionKey as it should: restore it`, {
      cause,
    });
  }
}

function createKeys(file: string): Keys {
  const keys: Keys = {
    apiKey: `berth_${randomBytes(32).toString('base64url')}`,
    agentToken: `berth_agent_${randomBytes(32).toString('base64url')}`,
    encryptionKey: randomBytes(32).toString('base64'),
  };
  writeJsonAtomically(file, keys);
  return keys;
}
