import type { DeviceToken } from '@berth/contracts';
import { addRecord, type RecordKey } from '@berth/persistence';
import type { Request } from 'express';
import { keyHash, newKey } from '../secrets/key-hash.js';
import { deedOf } from './deeds.js';

const PREFIX = 'berth_user';
/** Of the random part, what tells keys of one person from each other. */
const SHOWN = 6;

/** A user's key for a command line: shown to it once, kept as a hash. */
export function newCommandLineKey() {
  const key = newKey(PREFIX);
  return { key, row: { prefix: key.slice(0, PREFIX.length + 1 + SHOWN), keyHash: keyHash(key) } };
}

export type TokenAnswer = DeviceToken;

export function tokenAnswer(key: string, keyDays: number): TokenAnswer {
  return { access_token: key, token_type: 'bearer', expires_in: keyDays * 86_400 };
}

/** Records the key with its making: who it is for is known by its code alone. */
export function recordKey(request: Request): RecordKey {
  return async (sql, { keyId, name, ...person }) => {
    const more = { objectType: 'key', objectId: keyId, objectName: name };
    await addRecord(sql, deedOf(request, 'createCommandLineKey', person, more), { outcome: 'done' });
  };
}
