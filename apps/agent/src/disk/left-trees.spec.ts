import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { diskUsage } from './disk-usage.js';
import { filesNamed } from './files-named.js';
import { removeAll } from './remove-all.js';

/** Deeper than a path can name. */
const DEEP =
  'i=0; while [ $i -lt 600 ]; do mkdir folder-of-a-run && cd -P folder-of-a-run || exit 1; i=$((i+1)); done';

describe('a tree that a run has left', () => {
  let folder: string;
  let tree: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-left-'));
    tree = join(folder, 'tree');
    await mkdir(tree);
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is removed, however deep it is and whatever it has closed', async () => {
    await mkdir(join(tree, 'closed'));
    await writeFile(join(tree, 'closed', 'file'), '');
    await chmod(join(tree, 'closed'), 0);
    await promisify(execFile)('/bin/sh', ['-c', DEEP], { cwd: tree });
    await writeFile(join(folder, 'other'), '');
    await symlink(folder, join(tree, 'link'));
    await removeAll(tree);
    expect(existsSync(tree)).toBe(false);
    expect(existsSync(join(folder, 'other'))).toBe(true);
  });

  it('is searched without following its links', async () => {
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', 'errored.tfstate'), '');
    await symlink(join(folder, 'elsewhere'), join(tree, 'link'));
    await symlink(join(folder, 'elsewhere', 'errored.tfstate'), join(tree, 'errored.tfstate'));
    await mkdir(join(tree, 'module'));
    await writeFile(join(tree, 'module', 'errored.tfstate'), '');
    expect(await filesNamed('errored.tfstate', tree)).toEqual(['module/errored.tfstate']);
  });

  it('is measured by what it takes of the disk, and without what its links lead to', async () => {
    await writeFile(join(folder, 'large'), Buffer.alloc(3_000_000));
    await symlink(join(folder, 'large'), join(tree, 'link'));
    await writeFile(join(tree, 'small'), Buffer.alloc(1_000_000));
    const used = (await diskUsage(tree)) ?? 0;
    expect(used).toBeGreaterThanOrEqual(1_000_000);
    expect(used).toBeLessThan(2_000_000);
    expect(await diskUsage(join(folder, 'missing'))).toBeNull();
  });
});
