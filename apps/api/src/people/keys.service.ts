import { randomUUID } from 'node:crypto';
import type { ApiKey, NewApiKey, Page, PageQuery, RotateKey } from '@berth/contracts';
import {
  createApiKey,
  Database,
  listApiKeys,
  readListedApiKey,
  revokeApiKey,
  rotateApiKey,
  tell,
  type KeyHolder,
  type ListedApiKey,
  type NewApiKey as NewKeyRow,
} from '@berth/persistence';
import { Inject, Injectable } from '@nestjs/common';
import type { UserCaller } from '../auth/caller.js';
import { isUuid, listPart, pageOfRows } from '../paging.js';
import { invalidField, notFound } from '../problems/problem-error.js';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { apiKeyJson } from './people-json.js';

const PREFIXES = { user: 'berth_user', service: 'berth_key' } as const;
/** Of the random part, what tells keys of one kind from each other. */
const SHOWN = 6;
const OVERLAP_SECONDS = 86_400;

/** Keys of people and of services: shown once, kept as hashes. */
@Injectable()
export class KeysService {
  constructor(@Inject(Database) private readonly database: Database) {}

  async list(holder: KeyHolder, query: PageQuery): Promise<Page<ApiKey>> {
    return pageOfRows(await listApiKeys(this.database, holder, listPart(query)), query.limit, apiKeyJson);
  }

  /** @throws ProblemError 400 where it would expire before it begins, or outlive the key that makes it */
  async create(
    caller: UserCaller,
    { name, expiresAt }: { readonly name: string; readonly expiresAt?: string | null | undefined },
    holder: NewKeyRow['holder'],
  ): Promise<NewApiKey> {
    const id = randomUUID();
    const made = this.made(caller, expiresAt ?? null, 'userId' in holder ? 'user' : 'service');
    tell({ objectId: id, objectName: name });
    await createApiKey(this.database, { id, name, holder, ...made.row });
    return this.shown('userId' in holder ? { userId: holder.userId } : holder, id, made.key);
  }

  /** The same key anew; the old one opens for a while, so that nothing stands still. @throws ProblemError 400, 404 */
  async rotate(
    caller: UserCaller,
    holder: KeyHolder,
    keyId: string,
    { overlapSeconds = OVERLAP_SECONDS, expiresAt }: RotateKey,
  ): Promise<NewApiKey> {
    const old = await this.find(holder, keyId);
    const id = randomUUID();
    const until = expiresAt === undefined ? sameLifetime(old) : expiresAt;
    const made = this.made(caller, until, 'userId' in holder ? 'user' : 'service');
    if (!(await rotateApiKey(this.database, old.id, { id, overlapSeconds, ...made.row }))) {
      throw notFound('key', keyId);
    }
    return this.shown(holder, id, made.key);
  }

  /** @throws ProblemError 404 */
  async revoke(holder: KeyHolder, keyId: string): Promise<void> {
    const { id } = await this.find(holder, keyId);
    if (!(await revokeApiKey(this.database, id))) {
      throw notFound('key', keyId);
    }
  }

  private made({ principal, actor }: UserCaller, expiresAt: string | null, kind: keyof typeof PREFIXES) {
    const until = expiresAt === null ? null : new Date(expiresAt);
    if (until !== null && until <= new Date()) {
      throw invalidField('expiresAt', 'must be in the future');
    }
    const own = principal.keyExpiresAt;
    if (kind === 'user' && own !== null && (until === null || until > own)) {
      throw invalidField(
        'expiresAt',
        `must not be after ${own.toISOString()}, when the key that asks expires: sign in to make one that lasts longer`,
      );
    }
    const key = newKey(PREFIXES[kind]);
    return {
      key,
      row: {
        prefix: key.slice(0, PREFIXES[kind].length + 1 + SHOWN),
        keyHash: keyHash(key),
        createdBy: actor,
        expiresAt: until,
      },
    };
  }

  private async shown(holder: KeyHolder, id: string, key: string): Promise<NewApiKey> {
    return { ...apiKeyJson(await this.read(holder, id)), key };
  }

  private async find(holder: KeyHolder, keyId: string): Promise<ListedApiKey> {
    const key = await this.read(holder, keyId);
    tell({ objectId: key.id, objectName: key.name, before: apiKeyJson(key) });
    return key;
  }

  private async read(holder: KeyHolder, keyId: string): Promise<ListedApiKey> {
    const key = isUuid(keyId) ? await readListedApiKey(this.database, holder, keyId) : null;
    if (key === null) {
      throw notFound('key', keyId);
    }
    return key;
  }
}

/** The time from now that the old one had been given. */
function sameLifetime({ createdAt, expiresAt }: ListedApiKey): string | null {
  return expiresAt === null
    ? null
    : new Date(Date.now() + expiresAt.getTime() - createdAt.getTime()).toISOString();
}
