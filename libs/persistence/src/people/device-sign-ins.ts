import { randomUUID } from 'node:crypto';
import { insertApiKey } from '../api-keys/api-keys.js';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { RecordKey } from './command-line-keys.js';

/** Faster than this, a command line that polls is told to slow down. */
export const DEVICE_POLL_SECONDS = 5;

export interface NewDeviceSignIn {
  readonly deviceCodeHash: Buffer;
  readonly userCode: string;
  readonly clientName: string;
  readonly address: string;
  readonly expiresAt: Date;
}

/** A command line begins to wait. @throws UniqueViolation where another one that waits has the code */
export async function createDeviceSignIn(database: Database, device: NewDeviceSignIn): Promise<void> {
  await database.rows(
    `insert into device_sign_ins (device_code_hash, user_code, client_name, address, expires_at)
     values ($1, $2, $3, $4, $5)`,
    [device.deviceCodeHash, device.userCode, device.clientName, device.address, device.expiresAt],
  );
}

export interface WaitingDevice {
  readonly id: string;
  readonly clientName: string;
  readonly address: string;
  readonly createdAt: Date;
}

/** The command line that shows this code and waits; null: none does. */
export async function readWaitingDevice(sql: Sql, userCode: string): Promise<WaitingDevice | null> {
  const [device] = await sql.rows<WaitingDevice>(
    `select id, client_name as "clientName", address, created_at as "createdAt" from device_sign_ins
     where user_code = $1 and answer is null and expires_at > now()`,
    [userCode],
  );
  return device ?? null;
}

/** What a person says to it. False where it does not wait any more, or has its answer. */
export async function answerDevice(
  database: Database,
  id: string,
  answer:
    | { readonly approved: true; readonly userId: string; readonly keyDays: number }
    | { readonly approved: false; readonly userId: string },
): Promise<boolean> {
  const answered = await database.rows(
    `update device_sign_ins set answer = $2, user_id = $3, key_days = $4
     where id = $1 and answer is null and expires_at > now() returning id`,
    [id, answer.approved ? 'approved' : 'denied', answer.userId, answer.approved ? answer.keyDays : null],
  );
  return answered.length > 0;
}

/** What a command line that polls is told; the words of RFC 8628. */
export type DevicePoll =
  | 'authorization_pending'
  | 'slow_down'
  | 'access_denied'
  | 'expired_token'
  /** There is no such code, or it has been used. */
  | 'invalid_grant'
  | { readonly keyDays: number };

interface DeviceRow {
  readonly id: string;
  readonly clientName: string;
  readonly answer: 'approved' | 'denied' | null;
  readonly userId: string | null;
  readonly email: string | null;
  readonly keyDays: number | null;
  readonly expired: boolean;
  readonly early: boolean;
}

/** A command line asks for its key: once it is let in, the key is made, which `record` tells, and the code is gone. */
export async function pollDevice(
  database: Database,
  { deviceCodeHash, prefix, keyHash }: { deviceCodeHash: Buffer; prefix: string; keyHash: Buffer },
  record: RecordKey,
): Promise<DevicePoll> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [device] = await sql.rows<DeviceRow>(
      `select d.id, d.client_name as "clientName", d.answer, d.user_id as "userId", u.email, d.key_days as "keyDays",
         d.expires_at <= now() as expired,
         coalesce(d.polled_at > now() - $2::int * interval '1 second', false) as early
       from device_sign_ins d left join users u on u.id = d.user_id and u.disabled_at is null
       where d.device_code_hash = $1 for update of d`,
      [deviceCodeHash, DEVICE_POLL_SECONDS],
    );
    if (device === undefined) {
      return 'invalid_grant';
    }
    if (device.expired) {
      return 'expired_token';
    }
    await sql.rows('update device_sign_ins set polled_at = now() where id = $1', [device.id]);
    if (device.early) {
      return 'slow_down';
    }
    if (device.answer === null) {
      return 'authorization_pending';
    }
    const { userId, email, keyDays, clientName: name } = device;
    if (device.answer === 'denied' || userId === null || email === null || keyDays === null) {
      return 'access_denied';
    }
    await sql.rows('delete from device_sign_ins where id = $1', [device.id]);
    const expiresAt = new Date(Date.now() + keyDays * 86_400_000);
    const key = { id: randomUUID(), name, prefix, keyHash, createdBy: `user:${email}`, expiresAt };
    await insertApiKey(sql, { ...key, holder: { userId } });
    await record(sql, { keyId: key.id, name, userId, email });
    return { keyDays };
  });
}
