import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  announceObject,
  createBuild,
  objectsToRemove,
  releaseOldObjects,
  repeatBuild,
  type StoredObject,
} from '@berth/persistence';
import { freshKeys } from '../../apps/api/src/secrets/fresh-box.js';
import { FileObjectStore } from '../../apps/api/src/storage/file-object-store.js';
import { StoredFiles } from '../../apps/api/src/storage/stored-files.service.js';
import { Fleet } from '../support/fleet.js';
import { quietly } from '../support/quiet.js';
import { testDatabase, type TestDatabase } from '../support/servers.js';

const REMOVAL = { arrivingSeconds: 3_600, unusedSeconds: 86_400, limit: 100 };
const KEEP = { days: 30, builds: 100, limit: 100 };

describe('what is stored of builds', () => {
  let db: TestDatabase;
  let fleet: Fleet;
  let directory: string;
  let files: StoredFiles;

  beforeAll(async () => {
    db = await testDatabase();
    fleet = await Fleet.in(db.database);
  });

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'retention-'));
    files = new StoredFiles(db.database, new FileObjectStore(directory), freshKeys(), quietly().logger);
  });

  afterEach(async () => {
    await db.database.rows('truncate tasks, stored_objects cascade');
    await rm(directory, { recursive: true, force: true });
  });

  afterAll(async () => {
    await db.drop();
  });

  async function stored(content = randomBytes(100)): Promise<StoredObject> {
    const arrival = {
      organizationId: fleet.organizationId,
      fileName: 'source.tar.gz',
      maxMb: 1,
      what: 'a source',
    };
    return files.receive(Readable.from([content]), arrival);
  }

  async function build(sourceId: string | null, endedDaysAgo?: number): Promise<string> {
    const { id } = await createBuild(db.database, {
      organizationId: fleet.organizationId,
      runsOn: { platform: 'ios' },
      sourceId,
      certsId: null,
      artifacts: [],
      originalBuildId: null,
      message: null,
      priority: 0,
      maxRetries: 3,
      actor: 'user:test',
    });
    if (endedDaysAgo !== undefined) {
      await db.database.rows(
        "update tasks set status = 'cancelled', finished_at = now() - $2::int * interval '1 day' where id = $1",
        [id, endedDaysAgo],
      );
    }
    return id;
  }

  /** As the sweep does it: what may go is marked, then its bytes go, then its row. */
  async function sweep(): Promise<number> {
    const ids = await objectsToRemove(db.database, REMOVAL);
    await Promise.all(ids.map(async (id) => files.removeUnwanted(id)));
    return ids.length;
  }

  async function left(): Promise<string[]> {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const rows = await db.database.rows<{ id: string }>('select id from stored_objects');
    expect(names.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    return names.toSorted();
  }

  it('goes with age, and the young stay', async () => {
    const [old, young] = [await stored(), await stored()];
    await build(old.id, 31);
    await build(young.id, 29);
    expect(await releaseOldObjects(db.database, KEEP)).toBe(1);
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([young.id]);
  });

  it('goes by count, the oldest end first, and never of a build that goes on', async () => {
    const objects = [await stored(), await stored(), await stored(), await stored()];
    const [newest, older, oldest, waiting] = objects.map(({ id }) => id);
    await build(newest ?? '', 1);
    await build(older ?? '', 2);
    await build(oldest ?? '', 3);
    await build(waiting ?? '');
    expect(await releaseOldObjects(db.database, { ...KEEP, builds: 2 })).toBe(1);
    await sweep();
    expect(await left()).toEqual([newest, older, waiting].toSorted());
  });

  it('stays as long as a repetition needs it; a build that has parted cannot be repeated', async () => {
    const source = await stored();
    const first = await build(source.id, 40);
    const organizationId = fleet.organizationId;
    const again = await repeatBuild(db.database, { taskId: first, organizationId, actor: 'user:test' });
    expect(await releaseOldObjects(db.database, KEEP)).toBe(1);
    expect(await sweep()).toBe(0);
    expect(await left()).toEqual([source.id]);
    await expect(
      repeatBuild(db.database, { taskId: first, organizationId, actor: 'user:test' }),
    ).rejects.toThrow('not there any more');
    expect(again?.status).toBe('pending');
  });

  it('goes where no build has taken it, and cannot be taken then', async () => {
    const source = await stored();
    expect(await sweep()).toBe(0);
    await db.database.rows("update stored_objects set created_at = now() - interval '2 days'");
    expect(await objectsToRemove(db.database, REMOVAL)).toEqual([source.id]);
    await expect(build(source.id)).rejects.toThrow('not there any more');
    await sweep();
    expect(await left()).toEqual([]);
  });

  it('goes where it never became whole', async () => {
    await announceObject(db.database, fleet.organizationId, 'half');
    expect(await sweep()).toBe(0);
    await db.database.rows("update stored_objects set created_at = now() - interval '2 hours'");
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([]);
  });

  it('is given as it was stored, or not at all', async () => {
    const content = randomBytes(200_000);
    const object = await stored(content);
    expect((await buffer(await files.open(object))).equals(content)).toBe(true);
    const changed = { ...object, sha256: randomBytes(32).toString('hex') };
    await expect(files.open(changed).then(buffer)).rejects.toThrow('had');
    await expect(files.open({ ...object, sizeBytes: 1 })).rejects.toThrow('bytes');
    await expect(files.open({ ...object, id: randomUUID() })).rejects.toMatchObject({ code: 'NOT_STORED' });
  });
});
