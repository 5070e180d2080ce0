import { mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeBackendOverride } from './backend-override.js';
import { isVariablesFile, writeVariables } from './variables-file.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-files-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('writeVariables', () => {
  it('puts strings into one JSON file and each expression into a file of its own, for the owner alone', async () => {
    await writeVariables(directory, [
      { key: 'region', value: 'eu "west" ${x}', hcl: false },
      { key: '__proto__', value: '5', hcl: false },
      { key: 'zones', value: '\n["a", "b"]\n', hcl: true },
    ]);

    expect((await readdir(directory)).sort()).toEqual([
      '~berth_variables.auto.tfvars.json',
      '~berth_zones.auto.tfvars',
    ]);
    const strings = await readFile(join(directory, '~berth_variables.auto.tfvars.json'), 'utf8');
    expect(strings).toContain('"region": "eu \\"west\\" ${x}"');
    expect(strings).toContain('"__proto__": "5"');
    expect(await readFile(join(directory, '~berth_zones.auto.tfvars'), 'utf8')).toBe('zones = ["a", "b"]\n');
    for (const name of await readdir(directory)) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('replaces what was written before, and touches no other file', async () => {
    await writeFile(join(directory, 'user.auto.tfvars'), 'a = 1\n');
    await writeVariables(directory, [{ key: 'old', value: '1', hcl: true }]);
    await writeVariables(directory, [{ key: 'new', value: '1', hcl: true }]);

    expect((await readdir(directory)).sort()).toEqual(['user.auto.tfvars', '~berth_new.auto.tfvars']);
  });

  it('writes through no link that the configuration brought along', async () => {
    await writeFile(join(directory, 'target'), 'untouched');
    await symlink('target', join(directory, '~berth_variables.auto.tfvars.json'));
    await writeVariables(directory, [{ key: 'a', value: 'b', hcl: false }]);

    expect(await readFile(join(directory, 'target'), 'utf8')).toBe('untouched');
  });

  it.each([
    [{ key: 'a b', value: 'SECRET', hcl: false }],
    [{ key: '../a', value: 'SECRET', hcl: true }],
    [{ key: '', value: 'SECRET', hcl: true }],
    [{ key: 'x'.repeat(201), value: 'SECRET', hcl: true }],
    [{ key: 'a', value: 'SECRET\0', hcl: false }],
    [{ key: 'a', value: ' \n', hcl: true }],
  ])('refuses %j for good', async (variable) => {
    await expect(writeVariables(directory, [variable])).rejects.toMatchObject({
      code: 'VARIABLE_INVALID',
      failureClass: 'permanent',
      message: expect.not.stringContaining('SECRET'),
    });
  });

  it('knows its own files, however terraform names them', () => {
    expect(isVariablesFile('~berth_token.auto.tfvars')).toBe(true);
    expect(isVariablesFile('/slots/1/work/~berth_variables.auto.tfvars.json')).toBe(true);
    expect(isVariablesFile('main.tf')).toBe(false);
    expect(isVariablesFile('user.auto.tfvars')).toBe(false);
  });
});

describe('writeBackendOverride', () => {
  const last = async (): Promise<string | undefined> =>
    (await readdir(directory)).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).at(-1);

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
    const written = await writeBackendOverride(directory);

    expect(written).toMatch(/_override\.tf$/);
    expect(await last()).toBe(written);
    expect(await readFile(join(directory, written), 'utf8')).toContain('backend "http" {}');
  });

  it('may be written again', async () => {
    await writeFile(join(directory, '~~_override.tf'), '');
    const written = await writeBackendOverride(directory);

    expect(await writeBackendOverride(directory)).toBe(written);
    expect(await readdir(directory)).toHaveLength(2);
  });

  it('says what is in the way when no name can come last', async () => {
    await writeFile(join(directory, `${'~'.repeat(235)}_override.tf`), '');

    await expect(writeBackendOverride(directory)).rejects.toMatchObject({
      code: 'BACKEND_OVERRIDE_IMPOSSIBLE',
      failureClass: 'permanent',
    });
  });
});
