import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StorageUnavailable } from '../../apps/api/src/problems/storage-unavailable.js';
import { FileObjectStore } from '../../apps/api/src/storage/file-object-store.js';
import { ObjectMissing, type ObjectStore } from '../../apps/api/src/storage/object-store.js';
import { S3ObjectStore } from '../../apps/api/src/storage/s3-object-store.js';
import { S3Double } from '../support/s3-double.js';

const DAY_MS = 86_400_000;

/** Bytes that come in pieces, and break where `breakAfter` of them have come. */
function stream(content: Buffer, breakAfter = content.length + 1): Readable {
  return Readable.from(
    (async function* () {
      for (let at = 0; at < content.length; at += 64 * 1024) {
        if (at >= breakAfter) {
          throw new Error('the sender has gone');
        }
        yield content.subarray(at, at + 64 * 1024);
      }
    })(),
  );
}

describe.each(['a directory', 'a bucket'])('a store of objects in %s', (kind) => {
  let directory: string;
  let s3: S3Double;
  let store: ObjectStore;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'object-store-'));
    s3 = new S3Double();
    const endpoint = await s3.start();
    store =
      kind === 'a directory'
        ? new FileObjectStore(directory)
        : new S3ObjectStore({
            bucket: 'berth',
            region: 'eu-west-1',
            endpoint,
            credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
          });
  });

  afterEach(async () => {
    await s3.stop();
    await rm(directory, { recursive: true, force: true });
  });

  async function kept(): Promise<number> {
    if (kind === 'a bucket') {
      return s3.objects.size + s3.uploads.size;
    }
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  }

  it.each([0, 10, 20 * 1024 * 1024])('gives %d bytes back as they came', async (size) => {
    const content = randomBytes(size);
    const key = randomUUID();
    await store.put(key, stream(content));
    const { sizeBytes, content: back } = await store.get(key);
    expect(sizeBytes).toBe(size);
    expect((await buffer(back)).equals(content)).toBe(true);
    expect(s3.unsigned).toBe(0);
  });

  it('keeps nothing of a stream that breaks, however far it came', async () => {
    const content = randomBytes(20 * 1024 * 1024);
    for (const breakAfter of [0, 1024 * 1024, 18 * 1024 * 1024]) {
      await expect(store.put(randomUUID(), stream(content, breakAfter))).rejects.toThrow(
        'the sender has gone',
      );
    }
    expect(await kept()).toBe(0);
  });

  it('says of what is not there that it is missing, and removes it all the same', async () => {
    const key = randomUUID();
    await expect(store.get(key)).rejects.toThrow(ObjectMissing);
    await store.remove(key);
    await store.put(key, stream(randomBytes(10)));
    await store.remove(key);
    await expect(store.get(key)).rejects.toThrow(ObjectMissing);
    expect(await kept()).toBe(0);
  });

  it.each(['../../etc/passwd', 'a', '', `${randomUUID()}/..`])('takes no key such as "%s"', async (key) => {
    await expect(store.get(key)).rejects.toThrow('no key of a stored object');
    await expect(store.put(key, stream(randomBytes(1)))).rejects.toThrow('no key of a stored object');
  });

  it('is unavailable for now where it cannot be reached, which is transient', async () => {
    await store.put(randomUUID(), stream(randomBytes(1)));
    if (kind === 'a bucket') {
      await s3.stop();
    } else {
      await rm(directory, { recursive: true });
      await writeFile(directory, 'no directory');
    }
    const failure = await store.put(randomUUID(), stream(randomBytes(10))).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailable);
    expect(failure).toMatchObject({ failureClass: 'transient' });
  }, 60_000);

  it('removes what broken uploads have left, and nothing younger', async () => {
    if (kind === 'a bucket') {
      s3.uploads.set('old', { key: 'berth/x', parts: new Map(), begunAt: new Date(Date.now() - 2 * DAY_MS) });
      s3.uploads.set('young', { key: 'berth/y', parts: new Map(), begunAt: new Date() });
    } else {
      await store.removeHalves(DAY_MS);
      for (const [name, age] of [
        ['old', 2 * DAY_MS],
        ['young', 0],
      ] as const) {
        const path = join(directory, 'arriving', name);
        await writeFile(path, 'half');
        await chmod(path, 0o600);
        await utimes(path, new Date(), new Date(Date.now() - age));
      }
    }
    expect(await store.removeHalves(DAY_MS)).toBe(1);
    expect(await kept()).toBe(1);
  });
});
