import { link, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { handOver } from './hand-over.js';
import { asItIs } from './reach.js';

const USER = { uid: 1_899_999_998, gid: 1_899_999_998 };
const asRoot = process.getuid?.() === 0 ? describe : describe.skip; // only root can give files away
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-hand-over-'));
  for (const name of ['work', 'tmp', 'lent']) {
    await mkdir(join(folder, name));
  }
  await writeFile(join(folder, 'foreign'), 'x', { mode: 0o600 });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const at = (...names: string[]): string => join(folder, ...names);
const give = async (): Promise<void> =>
  handOver(USER, {
    writes: [asItIs(at('work'))],
    reads: [],
    lent: [asItIs(at('lent')), asItIs(at('missing'))],
    tmp: at('tmp'),
  });
const owner = async (...names: string[]): Promise<number> => (await lstat(at(...names))).uid;

asRoot('what a run’s user is given (skipped where the tests do not run as root)', () => {
  it('is everything below its places, links themselves and not what they lead to', async () => {
    await mkdir(at('work', 'module'));
    await writeFile(at('work', 'module', 'main.tf'), '');
    await symlink(at('foreign'), at('work', 'link'));
    await symlink(folder, at('work', 'module', 'up'));
    await give();
    for (const path of ['work', 'work/module', 'work/module/main.tf', 'work/link', 'work/module/up', 'tmp']) {
      expect([path, await owner(path)]).toEqual([path, USER.uid]);
    }
    expect(await owner('foreign')).toBe(0);
    expect(await owner('.')).toBe(0);
  });

  it('are files of several names, where all of those are its own', async () => {
    await writeFile(at('work', 'one'), '');
    await link(at('work', 'one'), at('tmp', 'two'));
    await give();
    expect(await owner('tmp', 'two')).toBe(USER.uid);
  });

  it('is no file that has a name elsewhere', async () => {
    await link(at('foreign'), at('work', 'mine'));
    await expect(give()).rejects.toMatchObject({ code: 'SLOT_NOT_CLEAN' });
  });

  it('is to read what it is lent, and not what a link there leads to', async () => {
    await writeFile(at('lent', 'plan'), '', { mode: 0o600 });
    await symlink(at('foreign'), at('lent', 'link'));
    await give();
    const { uid, gid, mode } = await lstat(at('lent', 'plan'));
    expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 0, gid: USER.gid, mode: 0o640 });
    expect(((await lstat(at('lent'))).mode & 0o777).toString(8)).toBe('750');
    expect((await lstat(at('foreign'))).gid).toBe(0);
  });
});
