import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StorageUnavailable } from '../problems/storage-unavailable.js';
import { checkedKey, ObjectMissing, type ObjectStore } from './object-store.js';

/**
 * Objects as files of one directory. They arrive under another name on the same file system and get theirs when every
 * byte is on the disk, so that no half one can ever be read.
 */
export class FileObjectStore implements ObjectStore {
  private readonly arriving: string;

  constructor(private readonly directory: string) {
    this.arriving = join(directory, 'arriving');
  }

  async put(key: string, content: Readable): Promise<void> {
    const target = this.pathOf(key);
    const half = join(this.arriving, randomUUID());
    try {
      await this.foreseen('make room for an object', async () => {
        await mkdir(this.arriving, { recursive: true, mode: 0o700 });
        await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
      });
      await this.write(half, content);
      await this.foreseen(`name ${target}`, async () => {
        await rename(half, target);
        await syncDirectory(join(target, '..'));
      });
    } catch (error) {
      await rm(half, { force: true }).catch(() => undefined);
      content.destroy();
      throw error;
    }
  }

  async get(key: string): Promise<{ sizeBytes: number; content: Readable }> {
    const path = this.pathOf(key);
    try {
      const { size } = await stat(path);
      return { sizeBytes: size, content: createReadStream(path) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        throw new ObjectMissing(key, error);
      }
      throw new StorageUnavailable(`cannot read ${path}`, error);
    }
  }

  async remove(key: string): Promise<void> {
    const path = this.pathOf(key);
    await this.foreseen(`remove ${path}`, async () => rm(path, { force: true }));
  }

  async removeHalves(olderThanMs: number): Promise<number> {
    return this.foreseen(`look into ${this.arriving}`, async () => {
      await mkdir(this.arriving, { recursive: true, mode: 0o700 });
      let removed = 0;
      for (const name of await readdir(this.arriving)) {
        const path = join(this.arriving, name);
        const age = await stat(path).then(
          ({ mtimeMs }) => Date.now() - mtimeMs,
          () => 0,
        );
        if (age > olderThanMs) {
          await rm(path, { force: true });
          removed += 1;
        }
      }
      return removed;
    });
  }

  private async write(half: string, content: Readable): Promise<void> {
    const file = await this.foreseen(`open ${half}`, async () => open(half, 'wx', 0o600));
    try {
      // The stream's own errors pass as they are: they are the caller's.
      await pipeline(content, async (pieces: AsyncIterable<Buffer>) => {
        for await (const piece of pieces) {
          await this.foreseen(`write ${half}`, async () => file.write(piece));
        }
      });
      await this.foreseen(`write ${half}`, async () => file.sync());
    } finally {
      await file.close();
    }
  }

  private async foreseen<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new StorageUnavailable(`cannot ${what}`, error);
    }
  }

  private pathOf(key: string): string {
    return join(this.directory, checkedKey(key).slice(0, 2), key);
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
