import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unpackConfiguration } from '../../apps/agent/src/disk/unpack-configuration.js';
import { checkArchive, DEFAULT_ARCHIVE_LIMITS } from '../../apps/api/src/configurations/archive-check.js';
import { ArchiveRefused } from '../../apps/api/src/configurations/archive-refused.js';
import { END, entry, pax, tar, type RawEntry } from '../support/raw-tar.js';

const MAIN = entry({ name: 'main.tf', content: 'x' });
const LONG = 'n'.repeat(300);
const BOTH = [MAIN, entry({ name: 'b.tf', content: 'y' })];

/** Each archive, and whether it is to be taken; what is taken has to be unpacked, whatever this table says. */
const ARCHIVES: readonly (readonly [string, Buffer | (() => Buffer), 'taken' | 'refused'])[] = [
  ['a configuration', tar([MAIN]), 'taken'],
  ['a link to a link', tar([MAIN, link('a', 'main.tf'), link('b', 'a'), link('d/c', '../b')]), 'taken'],
  [
    'a link in a directory of links',
    tar([MAIN, entry({ name: 'd/x', content: 'x' }), link('l', 'd'), link('m', 'l/x')]),
    'taken',
  ],
  ['a link that leads nowhere', tar([MAIN, link('a', 'nowhere/at/all')]), 'taken'],
  ['a link before what it leads to', tar([link('a', 'main.tf'), MAIN]), 'taken'],
  ['the same link twice', tar([MAIN, link('a', 'main.tf'), link('a', 'other')]), 'taken'],
  ['a link to itself', tar([MAIN, link('a', 'a')]), 'taken'],
  ['a file below a link', tar([MAIN, link('a', 'b'), entry({ name: 'a/x', content: 'x' })]), 'refused'],
  ['a link below a link', tar([MAIN, link('a', 'b'), link('a/x', 'y')]), 'refused'],
  ['a link out of the tree', tar([MAIN, link('a', '../x')]), 'refused'],
  ['an absolute link', tar([MAIN, link('a', '/etc/passwd')]), 'refused'],
  [
    'a link to a name that is too long',
    tar([MAIN, ...pax({ linkpath: `${'d/'.repeat(2_000)}x` }), link('a', 'x')]),
    'refused',
  ],
  ['a link with a backslash', tar([MAIN, link('a', '..\\x')]), 'taken'],
  [
    'a name that is too long',
    tar([MAIN, ...pax({ path: LONG }), entry({ name: 'short', content: 'x' })]),
    'refused',
  ],
  [
    'a folder’s name that is too long',
    tar([MAIN, ...pax({ path: `${LONG}/x` }), entry({ name: 'short' })]),
    'refused',
  ],
  [
    'a name too long in its bytes',
    tar([MAIN, ...pax({ path: 'ä'.repeat(200) }), entry({ name: 'short' })]),
    'refused',
  ],
  [
    'a long path of short names',
    tar([MAIN, ...pax({ path: `${'name/'.repeat(60)}x` }), entry({ name: 'short' })]),
    'taken',
  ],
  [
    'a path deeper than anybody needs',
    tar([MAIN, ...pax({ path: `${'d/'.repeat(500)}x` }), entry({ name: 'short' })]),
    'refused',
  ],
  [
    'a long name of GNU',
    tar([MAIN, gnuLong('L', `${'name/'.repeat(60)}x`), entry({ name: 'short', content: 'x' })]),
    'taken',
  ],
  [
    'a long name of GNU that no disk takes',
    tar([MAIN, gnuLong('L', LONG), entry({ name: 'short' })]),
    'refused',
  ],
  [
    'a file and a directory of one name',
    tar([MAIN, entry({ name: 'a', content: 'x' }), directory('a')]),
    'refused',
  ],
  [
    'a directory and a file of one name',
    tar([MAIN, directory('a'), entry({ name: 'a', content: 'x' })]),
    'refused',
  ],
  [
    'a full directory and a file of one name',
    tar([MAIN, entry({ name: 'a/b' }), entry({ name: 'a', content: 'x' })]),
    'refused',
  ],
  ['a directory and a link of one name', tar([MAIN, directory('a'), link('a', 'b')]), 'refused'],
  ['a link and a directory of one name', tar([MAIN, link('a', 'b'), directory('a')]), 'refused'],
  [
    'a file and a link of one name',
    tar([MAIN, entry({ name: 'a', content: 'x' }), link('a', 'main.tf')]),
    'refused',
  ],
  ['a file below a file', tar([MAIN, entry({ name: 'a', content: 'x' }), entry({ name: 'a/b' })]), 'refused'],
  ['a file below a hard link', tar([MAIN, hard('a', 'main.tf'), entry({ name: 'a/b' })]), 'refused'],
  [
    'a directory twice',
    tar([MAIN, directory('a'), directory('a'), entry({ name: 'a/b' }), directory('a')]),
    'taken',
  ],
  [
    'a file twice',
    tar([MAIN, entry({ name: 'a', content: 'x' }), entry({ name: './a', content: 'y' })]),
    'taken',
  ],
  [
    'names that differ in case',
    tar([MAIN, entry({ name: 'A', content: 'x' }), entry({ name: 'a', content: 'y' })]),
    'taken',
  ],
  ['a hard link', tar([MAIN, hard('a', 'main.tf')]), 'taken'],
  [
    'a hard link to a hard link, over a file',
    tar([MAIN, hard('a', './main.tf'), hard('b', 'a'), hard('b', 'a')]),
    'taken',
  ],
  ['a hard link to what comes later', tar([hard('a', 'main.tf'), MAIN]), 'refused'],
  ['a hard link to nothing', tar([MAIN, hard('a', 'nowhere')]), 'refused'],
  ['a hard link to itself', tar([MAIN, hard('main.tf', 'main.tf')]), 'refused'],
  ['a hard link to a directory', tar([MAIN, directory('d'), hard('a', 'd')]), 'refused'],
  ['a hard link to a link', tar([MAIN, link('l', 'main.tf'), hard('a', 'l')]), 'refused'],
  [
    'a hard link into .terraform',
    tar([MAIN, entry({ name: '.terraform/x', content: 'x' }), hard('a', '.terraform/x')]),
    'refused',
  ],
  [
    'a hard link out of the tree, where it would be left out',
    tar([MAIN, hard('.terraform', '../a')]),
    'refused',
  ],
  [
    'whatever lies in .terraform',
    tar([
      MAIN,
      entry({ name: '.terraform', content: 'x' }),
      entry({ name: '.terraform/x' }),
      link('d/.terraform', '../x'),
    ]),
    'taken',
  ],
  ['a name with a drive', tar([MAIN, entry({ name: 'c:/x', content: 'x' })]), 'refused'],
  ['a name with a drive and no slash', tar([MAIN, entry({ name: 'c:x', content: 'x' })]), 'refused'],
  ['a name with a backslash in front', tar([MAIN, entry({ name: '\\x', content: 'x' })]), 'refused'],
  ['a name with a backslash in it', tar([MAIN, entry({ name: 'a\\b', content: 'x' })]), 'taken'],
  ['a name that climbs by backslashes', tar([MAIN, entry({ name: 'a\\..\\b', content: 'x' })]), 'refused'],
  ['a name with a colon', tar([MAIN, entry({ name: 'abc:x', content: 'x' })]), 'taken'],
  [
    'a name that is not UTF-8',
    tar([MAIN, entry({ name: Buffer.from([0x61, 0xff, 0xfe]), content: 'x' })]),
    'refused',
  ],
  ['a name with odd characters', tar([MAIN, entry({ name: 'a\nb "c" ü\u0001', content: 'x' })]), 'taken'],
  ['a name of spaces', tar([MAIN, entry({ name: '   ', content: 'x' })]), 'taken'],
  ['a file for the root', tar([MAIN, entry({ name: '.', content: 'x' })]), 'refused'],
  ['a hard link for the root', tar([MAIN, hard('./.', 'main.tf')]), 'refused'],
  ['the root itself', tar([directory('.'), MAIN]), 'taken'],
  ['no name', tar([MAIN, entry({ name: '', content: 'x' })]), 'refused'],
  ['a device', tar([MAIN, entry({ name: 'd', type: '3' })]), 'refused'],
  ['a pipe', tar([MAIN, entry({ name: 'd', type: '6' })]), 'refused'],
  ['an old sparse file', tar([MAIN, entry({ name: 's', type: 'S', content: 'x' })]), 'refused'],
  [
    'a new sparse file',
    tar([
      MAIN,
      ...pax({ 'GNU.sparse.major': '1', 'GNU.sparse.name': 's' }),
      entry({ name: 'GNUSparseFile.0/s', content: 'x' }),
    ]),
    'refused',
  ],
  ['an unknown kind', tar([MAIN, entry({ name: 'd', type: 'Z' })]), 'refused'],
  ['an old file', tar([MAIN, entry({ name: 'old', type: '\0', content: 'x' })]), 'taken'],
  ['a contiguous file', tar([MAIN, entry({ name: 'c', type: '7', content: 'x' })]), 'taken'],
  [
    'a file that names a link’s target',
    tar([MAIN, entry({ name: 'f', content: 'x', linkname: 'y' })]),
    'refused',
  ],
  ['a link to no name', tar([MAIN, link('a', '')]), 'refused'],
  [
    'modes that shut everything',
    tar([MAIN, directory('d', 0), entry({ name: 'd/x', mode: 0, content: 'x' })]),
    'taken',
  ],
  [
    'modes with every bit',
    tar([MAIN, directory('d', 0o7777), entry({ name: 'd/x', mode: 0o7777, content: 'x' })]),
    'taken',
  ],
  [
    'a link with a size',
    tar([MAIN, entry({ name: 'l', type: '2', linkname: 'main.tf', content: 'x' })]),
    'taken',
  ],
  ['a directory with a size', tar([MAIN, entry({ name: 'd/', type: '5', size: 4_096 }), ...BOTH]), 'taken'],
  [
    'a time long before',
    tar([MAIN, ...pax({ mtime: '-1000000000000' }), entry({ name: 'x', content: 'x' })]),
    'taken',
  ],
  [
    'a time long after',
    tar([MAIN, ...pax({ mtime: '9999999999' }), entry({ name: 'x', content: 'x' })]),
    'taken',
  ],
  [
    'a time that is none',
    tar([MAIN, ...pax({ mtime: '99999999999999' }), entry({ name: 'x', content: 'x' })]),
    'refused',
  ],
  [
    'a size in pax',
    tar([MAIN, ...pax({ size: '3' }), entry({ name: 'x', content: 'xyz', size: 0 })]),
    'taken',
  ],
  [
    'a header of more than a megabyte',
    tar([MAIN, ...pax({ comment: 'x'.repeat(1_100_000), path: 'y' }), entry({ name: 'x' })]),
    'refused',
  ],
  ['a header for all', tar([entry({ name: 'g', type: 'g', content: '16 comment=hello\n' }), MAIN]), 'taken'],
  ['a wrong checksum', tar([MAIN, entry({ name: 'x', content: 'x', checksum: 1 })]), 'refused'],
  ['rubbish behind its end', Buffer.concat([tar([MAIN]), Buffer.from('rubbish'.repeat(300))]), 'refused'],
  ['no end', tar([MAIN], Buffer.alloc(0)), 'taken'],
  [
    'an entry that breaks off',
    () => tar([MAIN, entry({ name: 'x', content: 'x'.repeat(2_000) })]).subarray(0, 2_048),
    'refused',
  ],
  ['a header that breaks off', () => tar([MAIN]).subarray(0, 1_200), 'refused'],
  ['nothing but its end', END, 'refused'],
];

function link(name: string, linkname: string): RawEntry {
  return entry({ name, type: '2', linkname });
}

function hard(name: string, linkname: string): RawEntry {
  return entry({ name, type: '1', linkname });
}

function directory(name: string, mode = 0o755): RawEntry {
  return entry({ name: `${name}/`, type: '5', mode });
}

function gnuLong(type: 'L' | 'K', name: string): RawEntry {
  return entry({ name: '././@LongLink', type, content: `${name}\0` });
}

describe('an archive that the api takes', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-archives-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  /** Null where it was taken, else why not. */
  async function refusalOf(packed: Buffer): Promise<string | null> {
    return checkArchive(Readable.from([packed]), DEFAULT_ARCHIVE_LIMITS).then(
      () => null,
      (error: unknown) => {
        expect(error).toBeInstanceOf(ArchiveRefused);
        return (error as Error).message;
      },
    );
  }

  async function unpack(packed: Buffer, name = 'work'): Promise<void> {
    await unpackConfiguration(
      Readable.from([packed]),
      join(folder, name),
      { maxEntries: 50_000, maxUnpackedBytes: 500_000_000 },
      new AbortController().signal,
    );
  }

  it.each(ARCHIVES)('is one that an agent unpacks: %s', async (_what, bytes, expected) => {
    const packed = gzipSync(typeof bytes === 'function' ? bytes() : bytes);
    const refusal = await refusalOf(packed);
    if (refusal === null) {
      await unpack(packed);
    }
    expect(refusal === null ? 'taken' : 'refused').toBe(expected);
  });

  it.each<[string, (packed: Buffer) => Buffer]>([
    ['two members', (packed) => Buffer.concat([packed, gzipSync(END)])],
    ['zeros behind it', (packed) => Buffer.concat([packed, Buffer.alloc(1_024)])],
    ['rubbish behind it', (packed) => Buffer.concat([packed, Buffer.from('rubbish')])],
    ['its end missing', (packed) => packed.subarray(0, -4)],
    ['a wrong sum', (packed) => Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8)])],
  ])('is one that an agent unpacks: a gzip with %s', async (_what, change) => {
    const packed = change(gzipSync(tar([MAIN])));
    if ((await refusalOf(packed)) === null) {
      await unpack(packed);
    }
    expect(_what).toBeDefined();
  });

  it('is one that an agent unpacks, whatever entries it is made of', async () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', 'c', '.', '..', '.terraform', LONG, 'c:'), {
        minLength: 1,
        maxLength: 3,
      })
      .map((names) => names.join('/'));
    const one = fc.record({ name, linkname: name, type: fc.constantFrom('0', '0', '1', '2', '5') });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 6 }), fc.nat(), async (entries, number) => {
        const packed = gzipSync(
          tar([
            MAIN,
            ...entries.map(({ type, linkname, ...rest }) =>
              entry({ ...rest, type, ...(type === '1' || type === '2' ? { linkname } : {}) }),
            ),
          ]),
        );
        if ((await refusalOf(packed)) === null) {
          taken += 1;
          await unpack(packed, `work-${number}-${taken}`);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(50);
  }, 60_000);
});
