import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readFile, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGzip, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack, type Header } from 'tar-stream';
import { unpackConfiguration, type UnpackLimits } from './unpack-configuration.js';

type Entry = Partial<Header> & { name: string; content?: string };

let directory: string;
let target: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-unpack-'));
  target = join(directory, 'work');
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function archive(entries: readonly Entry[]): Readable {
  const tar = pack();
  for (const { content, ...header } of entries) {
    tar.entry({ ...header }, content ?? '');
  }
  tar.finalize();
  return Readable.from(tar).pipe(createGzip());
}

function unpack(entries: readonly Entry[], limits: Partial<UnpackLimits> = {}): Promise<unknown> {
  return unpackConfiguration(
    archive(entries),
    target,
    { maxEntries: 100, maxUnpackedBytes: 100_000, ...limits },
    new AbortController().signal,
  );
}

describe('unpackConfiguration', () => {
  it('makes the files, directories and links of the archive', async () => {
    await unpack([
      { name: './', type: 'directory' },
      { name: './main.tf', content: 'resource {}' },
      { name: 'modules/a/main.tf', content: 'a' },
      { name: 'modules/b', type: 'symlink', linkname: 'a' },
      { name: 'deep/er/link', type: 'symlink', linkname: '../../modules/a/main.tf' },
      { name: 'hard.tf', type: 'link', linkname: 'main.tf' },
      { name: '.terraform.lock.hcl', content: 'lock' },
    ]);

    expect(await readFile(join(target, 'main.tf'), 'utf8')).toBe('resource {}');
    expect(await readFile(join(target, 'modules/b/main.tf'), 'utf8')).toBe('a');
    expect(await readFile(join(target, 'deep/er/link'), 'utf8')).toBe('a');
    expect(await readFile(join(target, 'hard.tf'), 'utf8')).toBe('resource {}');
    expect(await readlink(join(target, 'modules/b'))).toBe('a');
    expect(await readFile(join(target, '.terraform.lock.hcl'), 'utf8')).toBe('lock');
  });

  it('leaves .terraform out wherever it lies, as a directory and as a link', async () => {
    await unpack([
      { name: 'main.tf', content: 'x' },
      { name: './.terraform/providers/x', content: 'x' },
      { name: 'a/.terraform/environment', content: 'x' },
      { name: 'b/.terraform', type: 'symlink', linkname: '../a' },
      { name: 'b/main.tf', content: 'x' },
    ]);

    expect((await readdir(target, { recursive: true })).sort()).toEqual(['b', 'b/main.tf', 'main.tf']);
  });

  it('lets the owner read and write, and sets no other than the usual bits', async () => {
    await unpack([
      { name: 'closed', type: 'directory', mode: 0o000 },
      { name: 'closed/read-only.sh', mode: 0o555, content: 'x' },
      { name: 'closed/setuid', mode: 0o4755, content: 'x' },
    ]);

    expect((await lstat(join(target, 'closed'))).mode & 0o700).toBe(0o700);
    expect((await lstat(join(target, 'closed/read-only.sh'))).mode & 0o700).toBe(0o700);
    expect((await lstat(join(target, 'closed/setuid'))).mode & 0o7000).toBe(0);
  });

  it("gives the files to the agent's own user", async () => {
    await unpack([{ name: 'main.tf', content: 'x', uid: 12_345, gid: 12_345 }]);

    expect((await lstat(join(target, 'main.tf'))).uid).toBe(process.getuid?.());
  });

  it.each<[string, Entry[]]>([
    ['an absolute path', [{ name: '/etc/evil', content: 'x' }]],
    ['a path with ..', [{ name: 'a/../../evil', content: 'x' }]],
    ['an absolute symlink', [{ name: 'l', type: 'symlink', linkname: '/etc' }]],
    ['a symlink out of the tree', [{ name: 'a/l', type: 'symlink', linkname: '../../x' }]],
    ['a symlink that climbs after a name', [{ name: 'm', type: 'symlink', linkname: 'l/../../x' }]],
    ['a hard link out of the tree', [{ name: 'h', type: 'link', linkname: '../x' }]],
    ['a device', [{ name: 'd', type: 'character-device', devmajor: 1, devminor: 3 }]],
    ['a pipe', [{ name: 'p', type: 'fifo' }]],
  ])('refuses %s for good, and leaves nothing behind', async (_what, entries) => {
    await expect(unpack([{ name: 'main.tf', content: 'x' }, ...entries])).rejects.toMatchObject({
      code: 'CONFIGURATION_REFUSED',
      failureClass: 'permanent',
      message: expect.stringContaining(JSON.stringify(entries[0]?.name)),
    });
    expect(existsSync(target)).toBe(false);
  });

  it('refuses an entry of an archive that had arrived whole before the entry was looked at', async () => {
    const bytes = await buffer(
      archive([
        { name: 'main.tf', content: 'x' },
        { name: 'p', type: 'fifo' },
      ]),
    );
    const whole = unpackConfiguration(
      Readable.from([bytes]),
      target,
      { maxEntries: 100, maxUnpackedBytes: 100_000 },
      new AbortController().signal,
    );
    await expect(whole).rejects.toMatchObject({ code: 'CONFIGURATION_REFUSED' });
    expect(existsSync(target)).toBe(false);
  });

  it('writes nothing through a link of the archive', async () => {
    await expect(
      unpack([
        { name: 'real/x', content: 'x' },
        { name: 'l', type: 'symlink', linkname: 'real' },
        { name: 'l/evil', content: 'x' },
      ]),
    ).rejects.toMatchObject({ code: 'CONFIGURATION_UNREADABLE' });
    expect(existsSync(target)).toBe(false);
  });

  it('stops at too many entries and at too many bytes', async () => {
    const two = [
      { name: 'a', content: 'x'.repeat(600) },
      { name: 'b', content: 'x'.repeat(600) },
    ];

    await expect(unpack(two, { maxEntries: 1 })).rejects.toMatchObject({ code: 'CONFIGURATION_REFUSED' });
    await expect(unpack(two, { maxUnpackedBytes: 1_000 })).rejects.toMatchObject({
      code: 'CONFIGURATION_REFUSED',
    });
    expect(existsSync(target)).toBe(false);
  });

  it.each([
    ['no gzip at all', Buffer.from('this is no archive, '.repeat(100))],
    ['gzip around something else', gzipSync('this is no tar, '.repeat(100))],
  ])('may be tried again when there is %s', async (_what, bytes) => {
    await expect(
      unpackConfiguration(
        Readable.from([bytes]),
        target,
        { maxEntries: 1, maxUnpackedBytes: 1 },
        new AbortController().signal,
      ),
    ).rejects.toMatchObject({ code: 'CONFIGURATION_UNREADABLE', failureClass: 'transient' });
    expect(existsSync(target)).toBe(false);
  });

  it('may be tried again when the download breaks off', async () => {
    const broken = new PassThrough();
    const running = unpackConfiguration(
      broken,
      target,
      { maxEntries: 1, maxUnpackedBytes: 1 },
      new AbortController().signal,
    );
    broken.write(gzipSync('x').subarray(0, 5));
    broken.destroy(new Error('socket hang up'));

    await expect(running).rejects.toMatchObject({
      code: 'CONFIGURATION_UNREADABLE',
      message: expect.stringContaining('socket hang up'),
    });
  });

  it('ends with the reason of a signal', async () => {
    const abort = new AbortController();
    const running = unpackConfiguration(
      new PassThrough(),
      target,
      { maxEntries: 1, maxUnpackedBytes: 1 },
      abort.signal,
    );
    abort.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(existsSync(target)).toBe(false);
  });

  it('touches no directory that is there already', async () => {
    await unpack([{ name: 'main.tf', content: 'first' }]);

    await expect(unpack([{ name: 'main.tf', content: 'second' }])).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(join(target, 'main.tf'), 'utf8')).toBe('first');
  });
});
