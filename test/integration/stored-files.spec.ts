import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createBuild, readBuildPart, type StoredObject } from '@berth/persistence';
import { DataKeys } from '../../apps/api/src/secrets/data-keys.js';
import { freshKeys } from '../../apps/api/src/secrets/fresh-box.js';
import { DataKeyUnknown } from '../../apps/api/src/secrets/secret-box.js';
import { FileObjectStore } from '../../apps/api/src/storage/file-object-store.js';
import type { ObjectStore } from '../../apps/api/src/storage/object-store.js';
import { S3ObjectStore } from '../../apps/api/src/storage/s3-object-store.js';
import { StoredFiles } from '../../apps/api/src/storage/stored-files.service.js';
import { Fleet } from '../support/fleet.js';
import { quietly } from '../support/quiet.js';
import { S3Double } from '../support/s3-double.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

/** Some records, of which the last is not a whole one. */
const CONTENT = Buffer.alloc(300_000, 'planted in a file ');

describe.each(['a directory', 'a bucket'])('files that are stored in %s', (kind) => {
  let db: TestDatabase;
  let fleet: Fleet;
  let directory: string;
  let s3: S3Double;
  let store: ObjectStore;
  let keys: DataKeys;
  let files: StoredFiles;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stored-files-'));
    s3 = new S3Double();
    const endpoint = await s3.start();
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    store =
      kind === 'a directory'
        ? new FileObjectStore(directory)
        : new S3ObjectStore({ bucket: 'berth', region: 'eu-west-1', endpoint, credentials });
    keys = freshKeys();
    files = filesWith(keys);
  });

  afterEach(async () => {
    await db.database.rows('truncate tasks, stored_objects cascade');
    await s3.stop();
    await rm(directory, { recursive: true, force: true });
  });

  afterAll(async () => {
    await db.drop();
  });

  function filesWith(known: DataKeys): StoredFiles {
    return new StoredFiles(db.database, store, known, quietly().logger);
  }

  async function received(content: Buffer, maxMb = 1): Promise<StoredObject> {
    const { organizationId } = fleet;
    const arrival = { organizationId, fileName: 'source.tar.gz', maxMb, what: 'a source' };
    return files.receive(Readable.from([content]), arrival);
  }

  /** What the database says of it, as whoever asks for a build's source is told. */
  async function read({ id }: StoredObject): Promise<StoredObject> {
    const build = await createBuild(db.database, {
      organizationId: fleet.organizationId,
      runsOn: { platform: 'ios' },
      sourceId: id,
      certsId: null,
      artifacts: [],
      originalBuildId: null,
      message: null,
      priority: 0,
      maxRetries: 3,
      actor: 'user:test',
    });
    const source = await readBuildPart(db.database, build.id, 'source');
    if (source === null) {
      throw new Error('the build has no source');
    }
    return source;
  }

  async function bytesOf({ id }: StoredObject): Promise<Buffer> {
    return buffer((await store.get(id)).content);
  }

  async function replace({ id }: StoredObject, bytes: Buffer): Promise<void> {
    await store.put(id, Readable.from([bytes]));
  }

  it.each([0, 1, 65_536, 300_000])('are sealed there, and %d bytes are given as they came', async (size) => {
    const content = CONTENT.subarray(0, size);
    const object = await received(content);
    expect(object).toMatchObject({
      sizeBytes: size,
      sha256: createHash('sha256').update(content).digest('hex'),
      isSealed: true,
    });
    expect(await read(object)).toEqual(object);
    const bytes = await bytesOf(object);
    expect(bytes.subarray(0, 5)).toEqual(Buffer.from([3, 0, 0, 0, keys.present.id]));
    expect(bytes.includes('planted')).toBe(false);
    expect((await buffer(await files.open(object))).equals(content)).toBe(true);
  });

  it('are given as they are where they are older than their sealing', async () => {
    const object = await received(CONTENT);
    await replace(object, CONTENT);
    await db.database.rows('update stored_objects set is_sealed = false');
    const older = await read(object);
    expect(older.isSealed).toBe(false);
    expect((await buffer(await files.open(older))).equals(CONTENT)).toBe(true);
    await expect(files.open(object)).rejects.toThrow('bytes');
  });

  it('are opened with the key that has sealed them, whatever seals now', async () => {
    const before = await received(CONTENT);
    keys.learn([{ id: 2, key: randomBytes(32), isKnownToAll: true }]);
    const after = await received(CONTENT);
    expect((await bytesOf(after)).readUInt32BE(1)).toBe(2);
    for (const object of [before, after]) {
      expect((await buffer(await files.open(object))).equals(CONTENT)).toBe(true);
    }
  });

  it('wait for a data key of which this process has not heard yet, before an answer begins', async () => {
    const elsewhere = filesWith(new DataKeys(keys.root, [keys.present]));
    keys.learn([{ id: 2, key: randomBytes(32), isKnownToAll: true }]);
    const object = await received(CONTENT);
    await expect(elsewhere.open(object)).rejects.toThrow(DataKeyUnknown);
  });

  it('are refused before a byte of them is given where their beginning was changed', async () => {
    const object = await received(CONTENT);
    const bytes = await bytesOf(object);
    for (const place of [0, 20, 100]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
      await replace(object, changed);
      await expect(files.open(object)).rejects.toThrow('cannot be opened');
    }
  });

  it('break off where they were changed further on', async () => {
    const object = await received(CONTENT);
    const bytes = await bytesOf(object);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
    await replace(object, bytes);
    const given: Buffer[] = [];
    const content = await files.open(object);
    await expect(buffer(content.on('data', (piece: Buffer) => given.push(piece)))).rejects.toThrow(
      'cannot be opened',
    );
    expect(Buffer.concat(given).length).toBeLessThan(CONTENT.length - 65_536);
  });

  it('do not stand in for each other', async () => {
    const [one, other] = [await received(CONTENT), await received(CONTENT)];
    await replace(one, await bytesOf(other));
    await expect(files.open(one)).rejects.toThrow('cannot be opened');
  });

  it('leave nothing where they are too large', async () => {
    await expect(received(Buffer.alloc(1024 * 1024 + 1))).rejects.toMatchObject({ status: 413 });
    expect(await db.database.rows('select 1 from stored_objects')).toEqual([]);
    expect((await received(Buffer.alloc(1024 * 1024))).sizeBytes).toBe(1024 * 1024);
  });
});
