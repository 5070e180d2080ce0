import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keepValues, keptValues } from './kept-values.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-values-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('values to mask', () => {
  it('are had again with the token of the same pool, and cannot be read without it', async () => {
    await keepValues(directory, ['a secret of the run'], 'token');
    expect(await keptValues(directory, 'token')).toEqual(['a secret of the run']);
    expect(await keptValues(directory, 'another')).toBeNull();
    expect(await readFile(join(directory, 'values-to-mask'), 'latin1')).not.toContain('secret');
  });

  it('are missing where nobody has kept them, or something else lies there', async () => {
    expect(await keptValues(directory, 'token')).toBeNull();
    await writeFile(join(directory, 'values-to-mask'), 'x');
    expect(await keptValues(directory, 'token')).toBeNull();
  });
});
