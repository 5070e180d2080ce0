import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keepSecrets, keptSecrets } from './kept-secrets.js';

const SECRETS = {
  values: ['a secret of the run'],
  state: { path: 'abc', address: 'http://api/state', token: 'a secret token' },
};
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('what is secret of a run', () => {
  it('is had again with the token of the same pool, and cannot be read without it', async () => {
    await keepSecrets(directory, SECRETS, 'token');
    expect(await keptSecrets(directory, 'token')).toEqual(SECRETS);
    expect(await keptSecrets(directory, 'another')).toBeNull();
    expect(await readFile(join(directory, 'kept-secrets'), 'latin1')).not.toContain('secret');
  });

  it('is missing where nobody has kept it, or something else lies there', async () => {
    expect(await keptSecrets(directory, 'token')).toBeNull();
    await writeFile(join(directory, 'kept-secrets'), 'x');
    expect(await keptSecrets(directory, 'token')).toBeNull();
  });
});
