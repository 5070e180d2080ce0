import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isVariablesFile, writeVariables } from './variables-file.js';

let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'berth-files-')), 'variables');
});
afterEach(async () => {
  await rm(dirname(directory), { recursive: true, force: true });
});

describe('writeVariables', () => {
  it('puts strings into one JSON file and each expression into a file of its own, for the owner alone', async () => {
    const paths = await writeVariables(directory, [
      { key: 'region', value: 'eu "west" ${x}', hcl: false },
      { key: '__proto__', value: '5', hcl: false },
      { key: 'zones', value: '\n["a", "b"]\n', hcl: true },
    ]);

    expect((await readdir(directory)).sort()).toEqual([
      'berth-variable-zones.tfvars',
      'berth-variables.tfvars.json',
    ]);
    expect(paths.map((path) => basename(path))).toEqual([
      'berth-variables.tfvars.json',
      'berth-variable-zones.tfvars',
    ]);
    const strings = await readFile(join(directory, 'berth-variables.tfvars.json'), 'utf8');
    expect(strings).toContain('"region": "eu \\"west\\" ${x}"');
    expect(strings).toContain('"__proto__": "5"');
    expect(await readFile(join(directory, 'berth-variable-zones.tfvars'), 'utf8')).toBe(
      'zones = ["a", "b"]\n',
    );
    for (const name of await readdir(directory)) {
      expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    }
  });

  it('replaces what was written before', async () => {
    await writeVariables(directory, [{ key: 'old', value: '1', hcl: true }]);
    await writeVariables(directory, [{ key: 'new', value: '1', hcl: true }]);

    expect(await readdir(directory)).toEqual(['berth-variable-new.tfvars']);
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
    expect(isVariablesFile('berth-variable-token.tfvars')).toBe(true);
    expect(isVariablesFile('/slots/1/variables/berth-variables.tfvars.json')).toBe(true);
    expect(isVariablesFile('main.tf')).toBe(false);
    expect(isVariablesFile('user.auto.tfvars')).toBe(false);
  });
});
