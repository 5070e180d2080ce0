import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BackendOverride } from './backend-override.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-override-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('the backend override', () => {
  const last = async (): Promise<string | undefined> =>
    (await readdir(directory)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).at(-1);

  /** Gives the name of what was written. */
  async function write(): Promise<string> {
    const before = await readdir(directory);
    await new BackendOverride(directory).write();
    return (await readdir(directory)).find((name) => !before.includes(name)) ?? '';
  }

  it.each([
    [[]],
    [['override.tf']],
    [['zz_override.tf']],
    [['~~~_override.tf.json', 'a_override.tf']],
    [['ü_override.tf']],
    [['~berth_backend_override.tofu']],
  ])('comes after the override files %j', async (names) => {
    for (const name of names) {
      await writeFile(join(directory, name), '');
    }
    const written = await write();

    expect(written).toMatch(/_override\.tf$/);
    expect(await last()).toBe(written);
    expect(await readFile(join(directory, written), 'utf8')).toContain('backend "http" {}');
  });

  it('leaves nothing but what the configuration has when it is removed', async () => {
    await writeFile(
      join(directory, '~berth_backend_override.tf'),
      '# the configuration has one of this name',
    );
    const override = new BackendOverride(directory);
    await override.write();
    await override.write();
    expect(await readdir(directory)).toHaveLength(2);
    await override.remove();
    await override.remove();
    expect(await readFile(join(directory, '~berth_backend_override.tf'), 'utf8')).toContain('# the conf');
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('says what is in the way when no name can come last', async () => {
    await writeFile(join(directory, `${'~'.repeat(235)}_override.tf`), '');

    await expect(new BackendOverride(directory).write()).rejects.toMatchObject({
      code: 'BACKEND_OVERRIDE_IMPOSSIBLE',
      failureClass: 'permanent',
    });
  });
});
