import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineBinaries, type EngineSettings } from '../../apps/agent/src/engines/engine-installer.js';
import { ReleaseSignatures } from '../../apps/agent/src/engines/release-signatures.js';
import { quietly } from '../support/quiet.js';
import { PLATFORM, ReleaseSite, standIn, sumsPath, zipOf, zipPath } from '../support/release-site.js';

let site: ReleaseSite;
let home: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  site = new ReleaseSite();
  await site.listen();
  home = await mkdtemp(join(tmpdir(), 'berth-engines-'));
});
afterEach(async () => {
  await site.close();
  await rm(home, { recursive: true, force: true });
});

function engines(settings: Partial<EngineSettings> = {}): EngineBinaries {
  const all = {
    home,
    usePathBinary: false,
    searchPath: '',
    urls: site.urls,
    installTimeoutMs: 60_000,
    ...settings,
  };
  return new EngineBinaries(all, new ReleaseSignatures({}, quietly().logger));
}

const installed = (version: string): string => join(home, 'engines/terraform', version, 'terraform');
const leftovers = async (): Promise<string[]> =>
  (await readdir(join(home, 'engines/terraform'))).filter((name) => name.startsWith('.'));

describe('installing a version', () => {
  it('puts the binary of the release into its directory, and downloads it once', async () => {
    await site.release('terraform', '1.9.8');
    const binaries = engines();
    const first = await binaries.resolve({ engine: 'terraform', version: '1.9.8', signal });
    const second = await binaries.resolve({ engine: 'terraform', version: '= 1.9.8', signal });

    expect(first).toEqual({ path: installed('1.9.8'), version: '1.9.8', source: 'installed' });
    expect(second).toEqual(first);
    expect((await stat(first.path)).mode & 0o777).toBe(0o755);
    expect(site.requests).toEqual([sumsPath('1.9.8'), zipPath('1.9.8')]);
    expect(await readdir(join(home, 'engines/terraform/1.9.8'))).toEqual(['terraform']);
    expect(await leftovers()).toEqual([]);
  });

  it('installs OpenTofu by its own layout', async () => {
    await site.release('tofu', '1.8.0');
    site.files.set(
      '/api.json',
      Buffer.from(JSON.stringify({ versions: [{ id: '1.7.1' }, { id: '1.8.0' }] })),
    );

    expect(await engines().resolve({ engine: 'opentofu', version: '~> 1.7', signal })).toEqual({
      path: join(home, 'engines/opentofu/1.8.0/tofu'),
      version: '1.8.0',
      source: 'installed',
    });
  });

  it('shares one download among all that ask at the same time', async () => {
    await site.release('terraform', '1.9.8');
    const binaries = engines();
    const requests = Array.from({ length: 8 }, () =>
      binaries.resolve({ engine: 'terraform', version: '1.9.8', signal }),
    );

    expect(new Set((await Promise.all(requests)).map(({ path }) => path)).size).toBe(1);
    expect(site.requests).toEqual([sumsPath('1.9.8'), zipPath('1.9.8')]);
  });

  it('shares it with whoever else installs into the same home', async () => {
    await site.release('terraform', '1.9.8');
    const both = [engines(), engines()].map((binaries) =>
      binaries.resolve({ engine: 'terraform', version: '1.9.8', signal }),
    );

    await Promise.all(both);
    expect(site.requests).toEqual([sumsPath('1.9.8'), zipPath('1.9.8')]);
    expect(await leftovers()).toEqual([]);
  });
});

describe('a release that cannot be used', () => {
  const attempt = (): Promise<unknown> =>
    engines().resolve({ engine: 'terraform', version: '1.9.8', signal });

  beforeEach(async () => {
    await site.release('terraform', '1.9.8');
  });
  afterEach(async () => {
    expect(existsSync(installed('1.9.8'))).toBe(false);
    expect(await leftovers()).toEqual([]);
  });

  it.each<[number | 'cut', string]>([
    [503, 'transient'],
    [429, 'transient'],
    ['cut', 'transient'],
    [403, 'permanent'],
    [404, 'permanent'],
  ])('is %s: %s, and the message names the URL', async (fault, failureClass) => {
    site.faults.set(zipPath('1.9.8'), fault);

    await expect(attempt()).rejects.toMatchObject({
      failureClass,
      message: expect.stringContaining(`${site.url}${zipPath('1.9.8')}`),
    });
  });

  it('has a wrong checksum: permanent', async () => {
    site.files.set(zipPath('1.9.8'), await zipOf({ terraform: 'something else' }));

    await expect(attempt()).rejects.toMatchObject({
      code: 'ENGINE_CHECKSUM_MISMATCH',
      failureClass: 'permanent',
    });
  });

  it('does not exist for this platform: permanent', async () => {
    site.files.set(sumsPath('1.9.8'), Buffer.from(`${'a'.repeat(64)}  terraform_1.9.8_plan9_mips.zip\n`));

    await expect(attempt()).rejects.toMatchObject({
      code: 'ENGINE_PLATFORM_UNSUPPORTED',
      failureClass: 'permanent',
    });
  });

  it.each([
    ['holds no such binary', { 'README.md': 'x' }, 'ENGINE_ARCHIVE_INVALID'],
    ['holds a binary of another version', { terraform: standIn('1.0.0') }, 'ENGINE_UNUSABLE'],
    ['holds a binary that does not run', { terraform: '#!/bin/sh\nexit 1\n' }, 'ENGINE_UNUSABLE'],
  ])('%s: permanent', async (_what, files, code) => {
    const zip = await zipOf(files);
    const sum = createHash('sha256').update(zip).digest('hex');
    site.files.set(zipPath('1.9.8'), zip);
    site.files.set(sumsPath('1.9.8'), Buffer.from(`${sum}  terraform_1.9.8_${PLATFORM}.zip\n`));

    await expect(attempt()).rejects.toMatchObject({ code, failureClass: 'permanent' });
  });

  it('does not answer in time: transient', async () => {
    site.held.set(zipPath('1.9.8'), new Promise(() => undefined));
    const request = engines({ installTimeoutMs: 300 }).resolve({
      engine: 'terraform',
      version: '1.9.8',
      signal,
    });

    await expect(request).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_TIMEOUT',
      failureClass: 'transient',
    });
  });

  it('is given up when the task is', async () => {
    site.held.set(zipPath('1.9.8'), new Promise(() => undefined));
    const abort = new AbortController();
    const binaries = engines();
    const request = binaries.resolve({ engine: 'terraform', version: '1.9.8', signal: abort.signal });
    while (!site.requests.includes(zipPath('1.9.8'))) {
      await new Promise(setImmediate);
    }
    abort.abort(new Error('cancelled'));

    await expect(request).rejects.toThrow('cancelled');
    while ((await leftovers()).length > 0) {
      await new Promise(setImmediate);
    }
  });

  it.each<[string, string, () => void]>([
    ['a refusal', 'ENGINE_DOWNLOAD_FAILED', () => site.faults.set(sumsPath('1.9.8'), 503)],
    ['a checksum', 'ENGINE_CHECKSUM_MISMATCH', () => site.files.set(zipPath('1.9.8'), Buffer.from('x'))],
    [
      'a missing platform',
      'ENGINE_PLATFORM_UNSUPPORTED',
      () => site.files.set(sumsPath('1.9.8'), Buffer.from('')),
    ],
  ])('shows no password of the mirror when it tells of %s', async (_what, code, spoil) => {
    spoil();
    const url = site.url.replace('http://', 'http://user:SECRET@');
    const urls = { terraform: url, opentofuIndex: url, opentofuFiles: url };
    const request = engines({ urls }).resolve({ engine: 'terraform', version: '1.9.8', signal });

    await expect(request).rejects.toMatchObject({ message: expect.not.stringContaining('SECRET') });
    await expect(request).rejects.toMatchObject({ code });
  });
});

describe('after a crash', () => {
  const directory = (): string => join(home, 'engines/terraform');
  const lock = (version: string): string => join(directory(), `.${version}.lock`);
  const holder = (parts: Record<string, unknown>): string =>
    JSON.stringify({ pid: process.pid, host: hostname(), token: 'of another life', ...parts });

  beforeEach(async () => {
    await mkdir(directory(), { recursive: true });
    await site.release('terraform', '1.9.8');
  });

  it.each([
    ['a process that is dead', { pid: 2 ** 22 + 1 }],
    ['a process with our pid before the restart of the container', {}],
  ])('the lock of %s is taken over', async (_what, parts) => {
    await writeFile(lock('1.9.8'), holder(parts));

    expect(await engines().resolve({ engine: 'terraform', version: '1.9.8', signal })).toMatchObject({
      version: '1.9.8',
    });
    expect(await leftovers()).toEqual([]);
  });

  it('the lock of a living process elsewhere is waited for, until the deadline', async () => {
    await writeFile(lock('1.9.8'), holder({ host: 'another-pod' }));
    const request = engines({ installTimeoutMs: 300 }).resolve({
      engine: 'terraform',
      version: '1.9.8',
      signal,
    });

    await expect(request).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_TIMEOUT',
      message: expect.stringContaining(join(directory(), '1.9.8')),
    });
    expect(site.requests).toEqual([]);
  });

  it('what was left half-made is removed, and what another process is making is not', async () => {
    await mkdir(join(directory(), '.installing-1.9.8-0123abcd'));
    await writeFile(join(directory(), '.installing-1.9.8-0123abcd', 'terraform'), 'half');
    await mkdir(join(directory(), '.installing-1.10.0-0123abcd'));
    await writeFile(lock('1.10.0'), holder({ host: 'another-pod' }));
    await writeFile(`${lock('1.9.8')}.${randomUUID()}`, holder({}));
    await engines().cleanUp();

    expect((await leftovers()).sort()).toEqual(['.1.10.0.lock', '.installing-1.10.0-0123abcd']);
  });
});

describe('a home that cannot be written', () => {
  it('is named', async () => {
    await writeFile(join(home, 'engines'), 'a file in the way');
    await site.release('terraform', '1.9.8');

    await expect(engines().resolve({ engine: 'terraform', version: '1.9.8', signal })).rejects.toMatchObject({
      code: 'ENGINE_INSTALL_FAILED',
      message: expect.stringContaining(join(home, 'engines')),
    });
  });

  it('is named when something else has the name of a version', async () => {
    await mkdir(join(home, 'engines/terraform/1.9.8/backup'), { recursive: true });
    await site.release('terraform', '1.9.8');

    await expect(engines().resolve({ engine: 'terraform', version: '1.9.8', signal })).rejects.toMatchObject({
      code: 'ENGINE_DIRECTORY_FOREIGN',
      failureClass: 'permanent',
      message: expect.stringContaining(join(home, 'engines/terraform/1.9.8')),
    });
    expect(await leftovers()).toEqual([]);
  });
});
