import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PLATFORM } from './provider-package.js';
import { packagesBelow } from './provider-store.js';

describe('the packages of a slot', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-packages-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const paths = async (): Promise<string[]> =>
    (await packagesBelow(join(folder, 'providers'))).map(({ path }) => path);
  const place = (root: string, host: string): string => join(folder, root, host, 'berth', 'fake', '1.0.0');

  it('are folders, and links of the slot to the store', async () => {
    await mkdir(join(place('providers', 'one.example'), PLATFORM), { recursive: true });
    await mkdir(place('providers', 'two.example'), { recursive: true });
    await symlink(folder, join(place('providers', 'two.example'), PLATFORM));
    expect((await paths()).sort()).toEqual(
      ['one.example', 'two.example'].map((host) => join(place('providers', host), PLATFORM)),
    );
  });

  it('are none that a link of a run leads to, which the agent would move away', async () => {
    await mkdir(join(place('store', 'one.example'), PLATFORM), { recursive: true });
    await mkdir(join(folder, 'providers', 'two.example', 'berth'), { recursive: true });
    await symlink(join(folder, 'store', 'one.example'), join(folder, 'providers', 'one.example'));
    const type = join(folder, 'store', 'one.example', 'berth', 'fake');
    await symlink(type, join(folder, 'providers', 'two.example', 'berth', 'fake'));
    expect(await paths()).toEqual([]);
  });
});
