import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hash1, isHash1, packageHash } from './package-hash.js';

const FILES = {
  'sub/a': 'z\n',
  LICENSE: 'lic\n',
  'terraform-provider-fake_v1.0.0_x5': '#!/bin/sh\nexit 1\n',
};
/** As terraform 1.11.4 wrote it into its lock file. */
const RECORDED = 'h1:fFvksJCyurLmVuisejSc/e/2Bo6j+mjpXMcy49FJJgA=';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-package-'));
  await mkdir(join(directory, 'sub'));
  for (const [name, content] of Object.entries(FILES)) {
    await writeFile(join(directory, name), content);
  }
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('the hash of a package', () => {
  it('is the one that terraform writes', async () => {
    const { signal } = new AbortController();

    expect(await packageHash(directory, Object.keys(FILES), signal)).toBe(RECORDED);
  });

  it('is over the names in the order of their bytes', () => {
    const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
    const expected = createHash('sha256').update(`${sum('1')}  B\n${sum('2')}  a\n${sum('3')}  é\n`);
    const sums = new Map([
      ['é', sum('3')],
      ['a', sum('2')],
      ['B', sum('1')],
    ]);

    expect(hash1(sums)).toBe(`h1:${expected.digest('base64')}`);
  });

  it('is given up when the run is stopped', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));

    await expect(packageHash(directory, Object.keys(FILES), stopped)).rejects.toThrow();
  });
});

describe('isHash1', () => {
  it('takes the hash as terraform writes it', () => {
    expect(isHash1(RECORDED)).toBe(true);
  });

  it.each(['zh:00', 'h1:', 'h1:abc', RECORDED.replace('=', ''), RECORDED.replace('gA=', 'gB='), '../..'])(
    'refuses %j',
    (text) => {
      expect(isHash1(text)).toBe(false);
    },
  );
});
