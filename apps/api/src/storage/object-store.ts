import type { Readable } from 'node:stream';

/** Where the bytes of sources, certs and results are. Keys are ids of ours, never a caller's words. */
export interface ObjectStore {
  /** Stores the stream whole or not at all, with constant memory. @throws StorageUnavailable, and what the stream throws */
  put(key: string, content: Readable): Promise<void>;
  /** @throws ObjectMissing, StorageUnavailable */
  get(key: string): Promise<{ readonly sizeBytes: number; readonly content: Readable }>;
  /** What is not there is removed already. @throws StorageUnavailable */
  remove(key: string): Promise<void>;
  /** Removes what broken uploads have left, older than this. Gives how many. @throws StorageUnavailable */
  removeHalves(olderThanMs: number): Promise<number>;
}

/** The row says that there are bytes, and there are none. */
export class ObjectMissing extends Error {
  constructor(key: string, cause?: unknown) {
    super(`object ${key} is not in the store`, { cause });
    this.name = 'ObjectMissing';
  }
}

/** A key that could leave the store is a fault of ours, and is stopped here. */
export function checkedKey(key: string): string {
  if (!/^[0-9a-f-]{36}$/.test(key)) {
    throw new Error(`"${key}" is no key of a stored object`);
  }
  return key;
}
