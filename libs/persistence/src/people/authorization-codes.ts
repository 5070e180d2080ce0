import { randomUUID } from 'node:crypto';
import { insertApiKey } from '../api-keys/api-keys.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { RecordKey } from './command-line-keys.js';

export interface NewAuthorizationCode {
  readonly codeHash: Buffer;
  readonly userId: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** SHA-256 of the verifier, in base64url (RFC 7636). */
  readonly codeChallenge: string;
  readonly keyDays: number;
  readonly expiresAt: Date;
}

/** A person has let a command line in, which now fetches its key with the code. */
export async function createAuthorizationCode(database: Database, code: NewAuthorizationCode): Promise<void> {
  await database.rows(
    `insert into authorization_codes (code_hash, user_id, client_id, redirect_uri, code_challenge, key_days, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      code.codeHash,
      code.userId,
      code.clientId,
      code.redirectUri,
      code.codeChallenge,
      code.keyDays,
      code.expiresAt,
    ],
  );
}

export interface CodeUse {
  readonly codeHash: Buffer;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Of the verifier that was shown. */
  readonly codeChallenge: string;
  readonly keyName: string;
  readonly prefix: string;
  readonly keyHash: Buffer;
}

export type CodeAnswer =
  | { readonly is: 'key'; readonly keyDays: number }
  /** Somebody else has had it, so that what it gave is taken back. */
  | {
      readonly is: 'used_before';
      readonly userId: string;
      readonly email: string;
      readonly apiKeyId: string | null;
    }
  | { readonly is: 'wrong' };

interface CodeRow {
  readonly userId: string;
  readonly email: string;
  readonly disabled: boolean;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly keyDays: number;
  readonly usedAt: Date | null;
  readonly expired: boolean;
  readonly apiKeyId: string | null;
}

/** Gives a key for a code, once, which `record` tells. Whoever shows a code with anything wrong has used it up. */
export async function useAuthorizationCode(
  database: Database,
  use: CodeUse,
  record: RecordKey,
): Promise<CodeAnswer> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [code] = await sql.rows<CodeRow>(
      `select c.user_id as "userId", u.email, u.disabled_at is not null as disabled, c.client_id as "clientId",
         c.redirect_uri as "redirectUri", c.code_challenge as "codeChallenge", c.key_days as "keyDays",
         c.used_at as "usedAt", c.expires_at <= now() as expired, c.api_key_id as "apiKeyId"
       from authorization_codes c join users u on u.id = c.user_id where c.code_hash = $1 for update of c`,
      [use.codeHash],
    );
    if (code === undefined) {
      return { is: 'wrong' };
    }
    const { userId, email, apiKeyId, keyDays } = code;
    if (code.usedAt !== null) {
      await sql.rows('update api_keys set revoked_at = now() where id = $1 and revoked_at is null', [
        apiKeyId,
      ]);
      return { is: 'used_before', userId, email, apiKeyId };
    }
    const right =
      !code.expired &&
      !code.disabled &&
      code.clientId === use.clientId &&
      code.redirectUri === use.redirectUri &&
      code.codeChallenge === use.codeChallenge;
    const keyId = right ? await makeKey(sql, code, use) : null;
    if (keyId !== null) {
      await record(sql, { keyId, name: use.keyName, userId, email });
    }
    await sql.rows('update authorization_codes set used_at = now(), api_key_id = $2 where code_hash = $1', [
      use.codeHash,
      keyId,
    ]);
    return right ? { is: 'key', keyDays } : { is: 'wrong' };
  });
}

async function makeKey(sql: Sql, { userId, email, keyDays }: CodeRow, use: CodeUse): Promise<string> {
  const id = randomUUID();
  await insertApiKey(sql, {
    id,
    name: use.keyName,
    prefix: use.prefix,
    keyHash: use.keyHash,
    createdBy: `user:${email}`,
    expiresAt: new Date(Date.now() + keyDays * 86_400_000),
    holder: { userId },
  });
  return id;
}
