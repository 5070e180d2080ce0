import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { treeDigest } from './tree-digest.js';

describe('the digest of a work directory', () => {
  let tree: string;
  let before: string | null;

  beforeEach(async () => {
    tree = await mkdtemp(join(tmpdir(), 'tree-'));
    await mkdir(join(tree, 'modules/one'), { recursive: true });
    await writeFile(join(tree, 'main.tf'), 'locals {}');
    await writeFile(join(tree, 'modules/one/template.txt'), 'hello');
    await symlink('main.tf', join(tree, 'link.tf'));
    before = await treeDigest(tree);
  });

  afterEach(async () => {
    await rm(tree, { recursive: true, force: true });
  });

  it('stays the same as long as nothing changes', async () => {
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    expect(await treeDigest(tree)).toBe(before);
  });

  it.each<[string, () => Promise<void>]>([
    ['one byte of a file changes', async () => writeFile(join(tree, 'modules/one/template.txt'), 'hellO')],
    ['a file is added', async () => writeFile(join(tree, 'modules/two.txt'), '')],
    ['a file is removed', async () => rm(join(tree, 'main.tf'))],
    ['a file is renamed', async () => rename(join(tree, 'main.tf'), join(tree, 'other.tf'))],
    ['a file becomes executable', async () => chmod(join(tree, 'main.tf'), 0o755)],
    [
      'an empty directory is added',
      async () => {
        await mkdir(join(tree, 'empty'));
      },
    ],
    [
      'a link leads elsewhere',
      async () => {
        await rm(join(tree, 'link.tf'));
        await symlink('modules', join(tree, 'link.tf'));
      },
    ],
  ])('changes when %s', async (_what, change) => {
    await change();
    expect(await treeDigest(tree)).not.toBe(before);
  });

  it('changes with the last byte of a big file', async () => {
    const big = join(tree, 'big');
    await writeFile(big, Buffer.alloc(1_000_000, 'a'));
    const whole = await treeDigest(tree);
    await writeFile(big, `${'a'.repeat(999_999)}b`);
    expect(await treeDigest(tree)).not.toBe(whole);
  });

  it('leaves provider packages to terraform, and no other part of .terraform', async () => {
    await mkdir(join(tree, '.terraform/providers/x'), { recursive: true });
    const initialised = await treeDigest(tree);
    await writeFile(join(tree, '.terraform/providers/x/provider'), 'large');
    expect(await treeDigest(tree)).toBe(initialised);
    await writeFile(join(tree, '.terraform/terraform.tfstate'), '{}');
    expect(await treeDigest(tree)).not.toBe(initialised);
  });

  it('is null where the directory is gone', async () => {
    expect(await treeDigest(join(tree, 'nowhere'))).toBeNull();
  });
});
