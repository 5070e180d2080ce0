import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineBinaries, type EngineSettings } from '../../apps/agent/src/engines/engine-installer.js';
import { ReleaseSignatures } from '../../apps/agent/src/engines/release-signatures.js';
import { quietly } from '../support/quiet.js';
import { ReleaseSite } from '../support/release-site.js';

let site: ReleaseSite;
let home: string;
const signal = new AbortController().signal;

beforeEach(async () => {
  site = new ReleaseSite();
  await site.listen();
  home = await mkdtemp(join(tmpdir(), 'berth-versions-'));
});
afterEach(async () => {
  await site.close();
  await rm(home, { recursive: true, force: true });
});

function engines(settings: Partial<EngineSettings> = {}): EngineBinaries {
  const urls = site.urls;
  const all = {
    home,
    usePathBinary: false,
    searchPath: '',
    urls,
    installTimeoutMs: 60_000,
    ...settings,
  };
  return new EngineBinaries(all, new ReleaseSignatures({}, quietly().logger));
}

describe('choosing a version', () => {
  const index = (versions: readonly string[]): void => {
    const listed = Object.fromEntries(versions.map((version) => [version, { version }]));
    site.files.set(
      '/terraform/index.json',
      Buffer.from(JSON.stringify({ name: 'terraform', versions: listed })),
    );
  };

  it('takes the newest that fits the constraint', async () => {
    index(['1.5.7', '1.9.8', '1.10.2', '2.0.0', '1.11.0-rc1', '../evil']);
    await site.release('terraform', '1.10.2');

    expect(await engines().resolve({ engine: 'terraform', version: '>= 1.5, < 2', signal })).toMatchObject({
      version: '1.10.2',
    });
  });

  it('takes the newest stable one when none is asked for', async () => {
    index(['1.9.8', '1.10.2', '1.11.0-rc1']);
    await site.release('terraform', '1.10.2');

    expect(await engines().resolve({ engine: 'terraform', version: null, signal })).toMatchObject({
      version: '1.10.2',
    });
  });

  it('fails for good when none fits', async () => {
    index(['1.9.8']);

    await expect(engines().resolve({ engine: 'terraform', version: '~> 3.0', signal })).rejects.toMatchObject(
      {
        code: 'ENGINE_VERSION_NOT_FOUND',
        failureClass: 'permanent',
      },
    );
  });

  it('takes one that is installed and fits while the index does not answer', async () => {
    await site.release('terraform', '1.9.8');
    await engines().resolve({ engine: 'terraform', version: '1.9.8', signal });
    site.faults.set('/terraform/index.json', 503);

    expect(await engines().resolve({ engine: 'terraform', version: '~> 1.9', signal })).toMatchObject({
      version: '1.9.8',
    });
    await expect(
      engines().resolve({ engine: 'terraform', version: '~> 1.10', signal }),
    ).rejects.toMatchObject({
      code: 'ENGINE_DOWNLOAD_FAILED',
      failureClass: 'transient',
      message: expect.stringContaining(`${site.url}/terraform/index.json`),
    });
  });

  it('fails for good on an index that is none', async () => {
    site.files.set('/terraform/index.json', Buffer.from('<html>'));

    await expect(engines().resolve({ engine: 'terraform', version: null, signal })).rejects.toMatchObject({
      code: 'ENGINE_INDEX_INVALID',
      failureClass: 'permanent',
    });
  });
});

describe('a binary on PATH', () => {
  let bin: string;
  let calls: string;

  beforeEach(async () => {
    bin = join(home, 'bin');
    calls = join(home, 'calls');
    await mkdir(bin);
    await place('1.9.8');
  });

  async function place(version: string): Promise<void> {
    const script = `#!/bin/sh\necho x >> ${calls}\necho '{"terraform_version": "${version}"}'\n`;
    await writeFile(join(bin, 'terraform'), script);
    await chmod(join(bin, 'terraform'), 0o755);
  }

  it('is used where its version fits, and asked for it once', async () => {
    const binaries = engines({ usePathBinary: true, searchPath: `/nowhere:${bin}` });
    const expected = { path: join(bin, 'terraform'), version: '1.9.8', source: 'path' };

    expect(await binaries.resolve({ engine: 'terraform', version: null, signal })).toEqual(expected);
    expect(await binaries.resolve({ engine: 'terraform', version: '~> 1.9.0', signal })).toEqual(expected);
    expect((await stat(calls)).size).toBe('x\n'.length);
    expect(site.requests).toEqual([]);
  });

  it('is asked again when the file is another one', async () => {
    const binaries = engines({ usePathBinary: true, searchPath: bin });
    await binaries.resolve({ engine: 'terraform', version: null, signal });
    await place('1.10.20');

    expect(await binaries.resolve({ engine: 'terraform', version: null, signal })).toMatchObject({
      version: '1.10.20',
    });
  });

  it('is passed by where its version does not fit, and where the settings say so', async () => {
    await site.release('terraform', '1.10.2');
    const request = { engine: 'terraform', version: '1.10.2', signal } as const;

    expect(await engines({ usePathBinary: true, searchPath: bin }).resolve(request)).toMatchObject({
      source: 'installed',
    });
    await site.release('terraform', '1.9.8');
    expect(await engines({ searchPath: bin }).resolve({ ...request, version: '1.9.8' })).toMatchObject({
      source: 'installed',
    });
  });
});
