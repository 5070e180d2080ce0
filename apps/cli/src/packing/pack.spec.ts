import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { extract } from 'tar-stream';
import { collectFiles } from './collect.js';
import { ArchiveTooLarge, packEntries, type Archive } from './pack.js';

const LIMITS = { maxEntries: 1_000 };

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-pack-'));
  root = join(folder, 'root');
  await mkdir(root);
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(files: Readonly<Record<string, string>>, at: string = root): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(at, name, '..'), { recursive: true });
    await writeFile(join(at, name), content);
  }
}

async function packed(name = 'a.tar.gz', maxBytes = 1_000_000): Promise<Archive> {
  const { entries } = await collectFiles(root, LIMITS);
  return packEntries(entries, join(folder, name), { maxBytes });
}

/** What is in an archive: the content of files, where links lead, null for folders. */
async function contentOf({ path }: Archive): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  const archive = createReadStream(path).pipe(createGunzip()).pipe(extract());
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    const pieces: Buffer[] = [];
    for await (const piece of entry) {
      pieces.push(piece as Buffer);
    }
    const text = Buffer.concat(pieces).toString();
    found[name] = type === 'directory' ? null : type === 'symlink' ? `-> ${linkname}` : text;
  }
  return found;
}

describe('the archive of a directory', () => {
  it('holds what no rule leaves out, the rules themselves and empty folders', async () => {
    await put({
      'main.tf': 'main',
      '.terraformignore': 'cache/\n*.log\n',
      '.terraform.lock.hcl': 'lock',
      '.git/HEAD': 'ref',
      'cache/deep/big': 'x',
      'sub/a.log': 'log',
      'sub/empty.tf': '',
    });
    await mkdir(join(root, 'void'));
    expect(await contentOf(await packed())).toEqual({
      '.terraform.lock.hcl': 'lock',
      '.terraformignore': 'cache/\n*.log\n',
      'main.tf': 'main',
      'sub/': null,
      'sub/empty.tf': '',
      'void/': null,
    });
  });

  it('is the same to the byte wherever and whenever it is packed', async () => {
    await put({ 'b.tf': 'b', 'a.tf': 'a', 'Z.tf': 'z', 'ä.tf': 'umlaut', 'run.sh': '#!/bin/sh\n' });
    await chmod(join(root, 'run.sh'), 0o750);
    const first = await packed('1.tar.gz');
    await utimes(join(root, 'a.tf'), 1, 1);
    await chmod(join(root, 'b.tf'), 0o600);
    expect((await packed('2.tar.gz')).sha256).toBe(first.sha256);

    await chmod(join(root, 'run.sh'), 0o640);
    expect((await packed('3.tar.gz')).sha256).not.toBe(first.sha256);
  });

  it('keeps links to what is inside, and follows those that lead out', async () => {
    await put({ 'one.tf': 'one', 'sub/two.tf': 'two' });
    await put({ 'shared.tf': 'shared', 'modules/m/main.tf': 'module', 'modules/.git/HEAD': 'ref' }, folder);
    await symlink('../one.tf', join(root, 'sub/inside'));
    await symlink(join(root, 'one.tf'), join(root, 'sub/absolute'));
    await symlink('../shared.tf', join(root, 'outside.tf'));
    await symlink('../modules', join(root, 'modules'));
    expect(await contentOf(await packed())).toEqual({
      'modules/': null,
      'modules/m/': null,
      'modules/m/main.tf': 'module',
      'one.tf': 'one',
      'outside.tf': 'shared',
      'sub/': null,
      'sub/absolute': '-> ../one.tf',
      'sub/inside': '-> ../one.tf',
      'sub/two.tf': 'two',
    });
  });

  it('is not made where a link leads nowhere, or back to where it came from', async () => {
    await symlink('../gone', join(root, 'nowhere'));
    await expect(packed()).rejects.toThrow(/nowhere is a link to \.\.\/gone, which is not there/);
    await rm(join(root, 'nowhere'));
    await mkdir(join(folder, 'other'));
    await symlink('.', join(folder, 'other/self'));
    await symlink('../other', join(root, 'circle'));
    await expect(packed()).rejects.toThrow(/circle\/self is a link that leads back/);
  });

  it('is given up as soon as it is larger than it may be', async () => {
    await put({ 'main.tf': Array.from({ length: 50_000 }, () => Math.random()).join() });
    await expect(packed('a.tar.gz', 10_000)).rejects.toBeInstanceOf(ArchiveTooLarge);
  });

  it('is not made of a file that became shorter meanwhile', async () => {
    await put({ 'main.tf': 'x'.repeat(1_000) });
    const { entries } = await collectFiles(root, LIMITS);
    await truncate(join(root, 'main.tf'), 10);
    const packing = packEntries(entries, join(folder, 'a.tar.gz'), { maxBytes: 1_000_000 });
    await expect(packing).rejects.toThrow('main.tf became shorter while it was packed');
  });

  it('ends with the reason of its signal', async () => {
    await put({ 'main.tf': 'x' });
    const { entries } = await collectFiles(root, LIMITS);
    const reason = new Error('enough');
    const options = { maxBytes: 1_000, signal: AbortSignal.abort(reason) };
    await expect(packEntries(entries, join(folder, 'a.tar.gz'), options)).rejects.toBe(reason);
    await expect(collectFiles(root, { ...LIMITS, signal: options.signal })).rejects.toBe(reason);
  });
});

describe('a folder of which a rule leaves out the entry alone', () => {
  it('is packed with what is in it, as terraform does it, and named', async () => {
    await put({ '.terraformignore': 'node_modules\n', 'main.tf': '', 'node_modules/x.js': 'x' });
    const { entries, halfExcluded } = await collectFiles(root, LIMITS);
    expect(entries.map(({ name }) => name)).toEqual(['.terraformignore', 'main.tf', 'node_modules/x.js']);
    expect(halfExcluded).toEqual(['node_modules']);
  });
});

describe('what a directory weighs', () => {
  it('is known of files that are not held, and names what matters', async () => {
    await put({
      'main.tf': 'x',
      'cache/a/1': 'x'.repeat(40_000),
      'cache/a/2': 'x'.repeat(40_000),
      'big.bin': 'x'.repeat(90_000),
    });
    const { weights, isCut, entries } = await collectFiles(root, { maxEntries: 2 });
    expect([isCut, entries.length, weights.files, weights.bytes]).toEqual([true, 2, 4, 170_001]);
    expect(weights.heaviest()).toEqual([
      { path: 'big.bin', bytes: 90_000, files: 1 },
      { path: 'cache/a/', bytes: 80_000, files: 2 },
      { path: 'cache/a/1', bytes: 40_000, files: 1 },
      { path: 'cache/a/2', bytes: 40_000, files: 1 },
    ]);
  });
});
