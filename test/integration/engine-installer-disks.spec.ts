import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineBinaries, type EngineBinary } from '../../apps/agent/src/engines/engine-installer.js';
import { ReleaseSignatures } from '../../apps/agent/src/engines/release-signatures.js';
import { quietly } from '../support/quiet.js';
import { ReleaseSite, standIn } from '../support/release-site.js';
import { SmallDisk } from '../support/small-disk.js';

const DISK = '1m';
const LARGER_DISK = '32m';
const TOO_MUCH = 3_000_000;

const refusal = SmallDisk.refusal();
const onSmallDisk = refusal === null ? describe : describe.skip;
const skipped = refusal === null ? '' : ` (skipped, since no disk of its own can be mounted: ${refusal})`;

let site: ReleaseSite;
let disk: SmallDisk;
const engines = (): string => join(disk.path, 'engines/terraform');

async function install(version: string): Promise<EngineBinary> {
  const settings = {
    home: disk.path,
    usePathBinary: false,
    searchPath: '',
    urls: site.urls,
    installTimeoutMs: 60_000,
  };
  const binaries = new EngineBinaries(settings, new ReleaseSignatures({}, quietly().logger));
  const { signal } = new AbortController();
  return binaries.resolve({ engine: 'terraform', version, signal });
}

onSmallDisk(`on a disk of ${DISK}${skipped}`, () => {
  beforeEach(async () => {
    site = new ReleaseSite();
    await site.listen();
    disk = SmallDisk.mount(DISK);
  });
  afterEach(async () => {
    await site.close();
    disk.unmount();
  });

  const padded = (version: string, padding: string): string => `${standIn(version)}exit 0\n#${padding}\n`;

  it.each([
    ['the archive', padded('1.9.8', randomBytes(TOO_MUCH).toString('hex'))],
    ['the binary', padded('1.9.8', ' '.repeat(TOO_MUCH))],
  ])(
    '%s that does not fit may be tried again, and is installed when there is room',
    async (_what, script) => {
      await site.release('terraform', '1.9.8', script);

      await expect(install('1.9.8')).rejects.toMatchObject({
        code: 'AGENT_DISK_FULL',
        failureClass: 'transient',
        message: expect.stringContaining(`${engines()}/.installing-1.9.8-`),
      });
      expect(await readdir(engines())).toEqual([]);
      disk.grow(LARGER_DISK);
      expect(await install('1.9.8')).toMatchObject({ version: '1.9.8' });
    },
  );

  it('without any room the refusal is the same, and leaves no lock that the next one waits for', async () => {
    await site.release('terraform', '1.9.8');
    await install('1.9.8');
    await writeFile(join(disk.path, 'other'), randomBytes(TOO_MUCH)).catch(() => undefined);
    await site.release('terraform', '1.9.9');

    await expect(install('1.9.9')).rejects.toMatchObject({
      code: 'AGENT_DISK_FULL',
      failureClass: 'transient',
      message: expect.stringContaining(engines()),
    });
    expect(await readdir(engines())).toEqual(['1.9.8']);
    disk.grow(LARGER_DISK);
    expect(await install('1.9.9')).toMatchObject({ version: '1.9.9' });
  });

  it('that is read-only, what is there is used, and nothing else is installed', async () => {
    await site.release('terraform', '1.9.8');
    await site.release('terraform', '1.9.9');
    await install('1.9.8');
    disk.makeReadOnly();

    await expect(install('1.9.9')).rejects.toMatchObject({
      code: 'AGENT_DISK_NOT_WRITABLE',
      failureClass: 'permanent',
      message: expect.stringContaining(join(engines(), '.1.9.9.lock')),
    });
    expect(await install('1.9.8')).toMatchObject({ path: join(engines(), '1.9.8/terraform') });
    expect(existsSync(join(engines(), '1.9.9'))).toBe(false);
    disk.makeWritable();
    expect(await install('1.9.9')).toMatchObject({ version: '1.9.9' });
  });
});
