import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

const fs = await import('node:fs');
jest.unstable_mockModule('node:fs', () => ({
  ...fs,
  watch: () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), {
      code: 'ENOSPC',
    });
  },
}));
const { OutputFile } = await import('./output-file.js');

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-output-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('a file that a process writes its output to', () => {
  it('is read as it grows also where the host has no watches left', async () => {
    const path = join(directory, 'stdout');
    let read: (text: string) => void = () => undefined;
    const said = new Promise<string>((resolve) => {
      read = resolve;
    });
    const file = await OutputFile.create(path, (chunk) => {
      read(chunk.toString());
    });
    await appendFile(path, 'said');

    expect(await said).toBe('said');
    await file.close();
  });
});
