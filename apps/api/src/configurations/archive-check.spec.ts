import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack, type Header } from 'tar-stream';
import { checkArchive, DEFAULT_ARCHIVE_LIMITS, type ArchiveLimits } from './archive-check.js';
import { ArchiveRefused } from './archive-refused.js';

type Entry = Partial<Header> & { name: string; content?: string | Buffer };

const main: Entry = { name: 'main.tf', content: 'resource {}' };

async function archive(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    tar.entry({ ...header }, content ?? '');
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) {
    chunks.push(chunk as Buffer);
  }
  return gzipSync(Buffer.concat(chunks));
}

async function check(
  entries: readonly Entry[],
  limits: Partial<ArchiveLimits> = {},
): ReturnType<typeof checkArchive> {
  return checkArchive(Readable.from([await archive(entries)]), { ...DEFAULT_ARCHIVE_LIMITS, ...limits });
}

describe('checkArchive', () => {
  it('tells hash, size and contents of an archive that may be unpacked', async () => {
    const bytes = await archive([
      { name: './', type: 'directory' },
      { name: './main.tf', content: '12345' },
      { name: 'modules/a/main.tf', content: '123' },
      { name: 'modules/b', type: 'symlink', linkname: './a' },
      { name: 'deep/er/link', type: 'symlink', linkname: '../../modules/a' },
      { name: 'hard.tf', type: 'link', linkname: './main.tf' },
      { name: `${'long/'.repeat(40)}name.tf`, content: '12' },
    ]);

    expect(await checkArchive(Readable.from([bytes]), DEFAULT_ARCHIVE_LIMITS)).toEqual({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
      entries: 7,
      unpackedBytes: 10,
    });
  });

  it('reads it in chunks of any size', async () => {
    const bytes = await archive([main, { name: 'big.bin', content: randomBytes(100_000) }]);
    const chunks = Array.from({ length: bytes.length }, (_byte, index) => bytes.subarray(index, index + 1));

    expect(await checkArchive(Readable.from(chunks), DEFAULT_ARCHIVE_LIMITS)).toMatchObject({
      sizeBytes: bytes.length,
      unpackedBytes: 100_011,
    });
  });

  it.each<[string, Entry[]]>([
    ['an absolute path', [{ name: '/etc/evil', content: 'x' }]],
    ['a path with ..', [{ name: 'a/../../evil', content: 'x' }]],
    ['an absolute symlink', [{ name: 'l', type: 'symlink', linkname: '/etc/passwd' }]],
    ['a symlink out of the tree', [{ name: 'a/l', type: 'symlink', linkname: '../../x' }]],
    ['a symlink to what holds the tree', [{ name: 'l', type: 'symlink', linkname: '..' }]],
    ['a symlink that climbs after a name', [{ name: 'a/b/m', type: 'symlink', linkname: '../l/../../../x' }]],
    ['a hard link out of the tree', [{ name: 'h', type: 'link', linkname: '../x' }]],
    ['an absolute hard link', [{ name: 'h', type: 'link', linkname: '/etc/passwd' }]],
  ])('refuses %s and names it', async (_what, entries) => {
    await expect(check([main, ...entries])).rejects.toMatchObject({
      code: 'ARCHIVE_ESCAPES_ROOT',
      message: expect.stringContaining(JSON.stringify(entries[0]?.name)),
    });
  });

  it.each<[string, Entry[]]>([
    ['a file', [{ name: 'l/evil', content: 'x' }]],
    ['a file further down', [{ name: 'l/a/b/evil', content: 'x' }]],
    ['a link', [{ name: 'l/m', type: 'symlink', linkname: 'x' }]],
    ['the target of a hard link', [{ name: 'h', type: 'link', linkname: 'l/x' }]],
    ['a hard link to the link', [{ name: 'h', type: 'link', linkname: 'l' }]],
  ])('refuses %s behind a link', async (_what, entries) => {
    await expect(
      check([main, { name: 'l', type: 'symlink', linkname: 'a' }, ...entries]),
    ).rejects.toMatchObject({
      code: 'ARCHIVE_ESCAPES_ROOT',
      message: expect.stringContaining('"l"'),
    });
  });

  it('refuses a link in the place of a directory that has entries', async () => {
    await expect(
      check([main, { name: 'a/b/x', content: 'x' }, { name: 'a/b', type: 'symlink', linkname: 'c' }]),
    ).rejects.toMatchObject({ code: 'ARCHIVE_ESCAPES_ROOT' });
  });

  it.each<Entry>([
    { name: 'd', type: 'character-device', devmajor: 1, devminor: 3 },
    { name: 'd', type: 'block-device' },
    { name: 'd', type: 'fifo' },
  ])('refuses the special file $type', async (entry) => {
    await expect(check([main, entry])).rejects.toMatchObject({ code: 'ARCHIVE_SPECIAL_FILE' });
  });

  it('refuses an archive without a configuration', async () => {
    await expect(check([])).rejects.toMatchObject({ code: 'ARCHIVE_EMPTY' });
    await expect(check([{ name: 'README.md', content: 'x' }])).rejects.toMatchObject({
      code: 'ARCHIVE_EMPTY',
    });
    await expect(check([{ name: 'main.tf', type: 'directory' }])).rejects.toMatchObject({
      code: 'ARCHIVE_EMPTY',
    });
  });

  it.each(['main.tf', 'infra/main.tf.json', 'a/b/main.tofu', 'main.tofu.json'])(
    'takes %s for a configuration',
    async (name) => {
      expect(await check([{ name, content: 'x' }])).toMatchObject({ entries: 1 });
    },
  );

  it('stops at the compressed size', async () => {
    await expect(
      check([main, { name: 'x', content: randomBytes(10_000) }], { maxCompressedBytes: 5_000 }),
    ).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
  });

  it('takes for a bomb what unpacks to too much, to too many entries, or from too little', async () => {
    const zeros = { name: 'zeros', content: Buffer.alloc(20_000_000) };

    await expect(check([main, zeros], { maxUnpackedBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'ARCHIVE_BOMB',
    });
    await expect(check([main, zeros])).rejects.toMatchObject({ code: 'ARCHIVE_BOMB' });
    await expect(check([main, { name: 'a' }, { name: 'b' }], { maxEntries: 2 })).rejects.toMatchObject({
      code: 'ARCHIVE_BOMB',
    });
    await expect(check([main, { name: `${'d/'.repeat(101)}x` }])).rejects.toMatchObject({
      code: 'ARCHIVE_BOMB',
    });
  });

  it('does not take a small archive that is mostly padding for a bomb', async () => {
    expect(await check([main, { name: 'zeros', content: Buffer.alloc(1_000_000) }])).toMatchObject({
      entries: 2,
    });
  });

  it('refuses what is no tar.gz, is cut off or is damaged', async () => {
    const whole = await archive([main, { name: 'x', content: randomBytes(10_000) }]);
    const damaged = Buffer.from(whole);
    damaged.fill(0xff, 200, 300);
    const uploads = [
      Buffer.from('PK\u0003\u0004 is a zip'),
      gzipSync('this is no tar, '.repeat(100)),
      whole.subarray(0, whole.length / 2),
      damaged,
    ];
    for (const upload of uploads) {
      const refused = checkArchive(Readable.from([upload]), DEFAULT_ARCHIVE_LIMITS);
      await expect(refused).rejects.toBeInstanceOf(ArchiveRefused);
      await expect(refused).rejects.toMatchObject({ code: 'ARCHIVE_NOT_TAR_GZ' });
    }
  });

  it('blames no archive for an upload that broke off', async () => {
    const upload = new PassThrough();
    const checking = checkArchive(upload, DEFAULT_ARCHIVE_LIMITS);
    upload.write((await archive([main])).subarray(0, 20));
    upload.destroy(new Error('aborted'));

    await expect(checking).rejects.toThrow('aborted');
    await expect(checking).rejects.not.toBeInstanceOf(ArchiveRefused);
  });
});
