import { stateSuccession, type StateWriter } from '@berth/domain';
import { BULK_MS, type Database, type Sql } from '../database.js';
import { lockLane } from '../workspaces/lane.js';
import { holdsLock, lockedState, mayUseState, type StateLock } from './state-store.js';
import {
  insertVersion,
  newestHead,
  type StateOwner,
  type StateVersionContent,
  type StateVersionHead,
} from './state-versions.js';

interface GuardedUpload extends StateOwner, StateVersionContent {
  /** Terraform sends the id of the lock that it holds. */
  readonly lockId: string | null;
}

export interface StateUpload extends GuardedUpload {
  readonly writer: StateWriter;
  /** Of the version that was the newest one when this was decided; undefined where nobody has said. */
  readonly seenNumber?: string | undefined;
}

export interface StateReplacement extends GuardedUpload {
  /** Of the version that was the newest one when this was decided; null where there was none. */
  readonly seenNumber: string | null;
}

type Guarded =
  | { readonly outcome: 'stale' }
  /** Somebody else holds the lock. */
  | { readonly outcome: 'locked'; readonly lock: StateLock }
  /** A run without the lock: it was taken away, or the run has never had it. */
  | { readonly outcome: 'unlocked' };

export type StateWriting =
  | Guarded
  /** Somebody has written another version since. */
  | { readonly outcome: 'moved_on' }
  | { readonly outcome: 'stored'; readonly version: StateVersionHead }
  /** It does not follow the stored one. */
  | { readonly outcome: 'conflict'; readonly reason: string };

export type StateReplacing =
  | Guarded
  | { readonly outcome: 'stored'; readonly version: StateVersionHead }
  /** Somebody has written another version since. */
  | { readonly outcome: 'moved_on' };

/**
 * Stores a state that follows the stored one. The stored one's own bytes are stored already: whoever did not get the
 * answer asks again, by then perhaps without the lock.
 */
export async function writeState(database: Database, upload: StateUpload): Promise<StateWriting> {
  return database.transaction(BULK_MS, async (sql): Promise<StateWriting> => {
    // Whoever decides by what is the newest version holds it too.
    await lockLane(sql, upload.workspaceId);
    if (!(await mayUseState(sql, upload.caller, 'write'))) {
      return { outcome: 'stale' };
    }
    const newest = await newestHead(sql, upload.workspaceId);
    const stored =
      newest === null || newest.sizeBytes === 0 ? null : { ...newest, serial: BigInt(newest.serial) };
    const succession = stateSuccession(stored, upload, upload.writer);
    if (newest !== null && !succession.follows && succession.isSame) {
      return { outcome: 'stored', version: newest };
    }
    if (upload.seenNumber !== undefined && newest?.number !== upload.seenNumber) {
      return { outcome: 'moved_on' };
    }
    const refusal = await refusalByLock(sql, upload);
    if (refusal !== null) {
      return refusal;
    }
    return succession.follows || succession.isSame
      ? { outcome: 'stored', version: await insertVersion(sql, upload, upload) }
      : { outcome: 'conflict', reason: succession.reason };
  });
}

/** Stores a version, or that there is none, in the place of the one that was seen, whatever it is. */
export async function replaceState(
  database: Database,
  replacement: StateReplacement,
): Promise<StateReplacing> {
  return database.transaction(BULK_MS, async (sql): Promise<StateReplacing> => {
    await lockLane(sql, replacement.workspaceId);
    if (!(await mayUseState(sql, replacement.caller, 'write'))) {
      return { outcome: 'stale' };
    }
    const refusal = await refusalByLock(sql, replacement);
    if (refusal !== null) {
      return refusal;
    }
    const newest = await newestHead(sql, replacement.workspaceId);
    return (newest?.number ?? null) === replacement.seenNumber
      ? { outcome: 'stored', version: await insertVersion(sql, replacement, replacement) }
      : { outcome: 'moved_on' };
  });
}

/** A person needs no lock, as long as nobody has it. A run has it, or has lost what it has read. */
async function refusalByLock(
  sql: Sql,
  { workspaceId, lockId, caller }: GuardedUpload,
): Promise<Guarded | null> {
  const lock = await lockedState(sql, workspaceId);
  if (lock === null) {
    return caller.task === null ? null : { outcome: 'unlocked' };
  }
  return holdsLock(lock, lockId, caller) ? null : { outcome: 'locked', lock };
}
