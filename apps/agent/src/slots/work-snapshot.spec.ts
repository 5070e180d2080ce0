import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listTree, restoreSnapshot, snapshotSince } from './work-snapshot.js';

describe('a snapshot of what planning has made', () => {
  let home: string;
  let tree: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'snapshot-'));
    tree = join(home, 'work');
    await mkdir(join(tree, '.terraform/modules'), { recursive: true });
    await writeFile(join(tree, 'main.tf'), 'locals {}');
  });

  afterEach(async () => {
    await rm(home, { recursive: true, force: true });
  });

  it('is none where it has made nothing but what init makes again', async () => {
    const before = await listTree(tree);
    await writeFile(join(tree, '.terraform/modules/modules.json'), '{}');
    expect(await snapshotSince(tree, before)).toBeNull();
  });

  it('brings new and changed files to another slot, and no others', async () => {
    const before = await listTree(tree);
    await mkdir(join(tree, 'build'));
    await writeFile(join(tree, 'build/code.zip'), 'zip');
    await writeFile(join(tree, 'main.tf'), 'locals { changed = true }');
    const snapshot = await snapshotSince(tree, before);
    if (snapshot === null || 'bytes' in snapshot) {
      throw new Error('it is a small one');
    }
    expect(snapshot.files).toBe(2);

    const other = join(home, 'other');
    await mkdir(other);
    await writeFile(join(other, 'main.tf'), 'locals {}');
    await writeFile(join(other, 'kept.tf'), '');
    const places = { root: other, scratch: join(home, 'scratch') };
    await restoreSnapshot(snapshot.content, places, new AbortController().signal);
    expect(await readFile(join(other, 'build/code.zip'), 'utf8')).toBe('zip');
    expect(await readFile(join(other, 'main.tf'), 'utf8')).toBe('locals { changed = true }');
    expect(await readFile(join(other, 'kept.tf'), 'utf8')).toBe('');
  });

  it('is not made where another slot would not take it: modules may be of any size', async () => {
    const before = await listTree(tree);
    await mkdir(join(tree, '.terraform/modules/m/.git'), { recursive: true });
    await writeFile(join(tree, '.terraform/modules/m/main.tf'), 'x'.repeat(2_000));
    await writeFile(join(tree, '.terraform/modules/m/.git/pack'), 'x'.repeat(2_000));
    const modules = ['.terraform/modules'];
    const limits = { maxEntries: 10, maxUnpackedBytes: 1_000 };
    expect(await snapshotSince(tree, before, modules, limits)).toEqual({ files: 1, bytes: 2_000 });
    expect(await snapshotSince(tree, before, modules)).toMatchObject({
      files: 1,
      sha256: expect.any(String),
    });
  });
});
