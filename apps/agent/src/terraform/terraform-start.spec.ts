import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOT_CONFINED } from '../processes/isolation/no-isolation.js';
import { readTerraformOutput } from './terraform-output.js';
import { runTerraform, type TerraformCommand, type TerraformResult } from './terraform-process.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-start-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

/** A stand-in for terraform: a shell script. */
async function script(body: string): Promise<string> {
  const path = join(directory, 'stand-in');
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

function run(binary: string, options: Partial<TerraformCommand> = {}): Promise<TerraformResult> {
  return runTerraform({
    binary,
    args: [],
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '' },
    confinement: NOT_CONFINED,
    json: true,
    onText: () => undefined,
    signal: new AbortController().signal,
    graceMs: 60_000,
    ...options,
  });
}

/** With a limit a shell is started, which becomes the program. */
describe.each([{}, { memoryMb: 4_096 }])('a process that cannot be started, with the limits %j', (limits) => {
  const limit = { confinement: { ...NOT_CONFINED, limits } };

  it('is named, for good, when there is no such program', async () => {
    const binary = join(directory, 'missing');

    await expect(run(binary, limit)).rejects.toMatchObject({
      code: 'TERRAFORM_NOT_FOUND',
      failureClass: 'permanent',
      message: expect.stringContaining(binary),
    });
  });

  it('is told apart from a missing working directory', async () => {
    const binary = await script('exit 0');

    await expect(run(binary, { ...limit, cwd: join(directory, 'nowhere') })).rejects.toMatchObject({
      code: 'WORKING_DIRECTORY_MISSING',
      failureClass: 'transient',
      message: expect.stringContaining(join(directory, 'nowhere')),
    });
  });

  it('is named, for good, when it is not executable', async () => {
    const binary = await script('exit 0');
    await chmod(binary, 0o644);

    await expect(run(binary, limit)).rejects.toMatchObject({
      code: 'TERRAFORM_NOT_STARTED',
      failureClass: 'permanent',
    });
  });

  it('is started after all when the file was only just being written', async () => {
    const binary = await script('exit 7');
    const writing = await open(binary, 'a');
    const running = run(binary, limit);
    setTimeout(() => void writing.close(), 150);

    expect((await running).exitCode).toBe(7);
  });

  it('may start later when the file stays open for writing', async () => {
    const binary = await script('exit 7');
    const writing = await open(binary, 'a');
    try {
      await expect(run(binary, limit)).rejects.toMatchObject({
        code: 'TERRAFORM_NOT_STARTED',
        failureClass: 'transient',
      });
    } finally {
      await writing.close();
    }
  });
});

describe('readTerraformOutput', () => {
  const read = (binary: string, maxBytes: number): ReturnType<typeof readTerraformOutput> =>
    readTerraformOutput(
      {
        binary,
        args: ['show'],
        cwd: directory,
        env: { PATH: process.env['PATH'] ?? '' },
        confinement: NOT_CONFINED,
        onText: () => undefined,
        signal: new AbortController().signal,
        graceMs: 1_000,
      },
      maxBytes,
    );

  it('gives the document as it was printed', async () => {
    const binary = await script(`printf '{"ü":1}\\n\\n'`);

    expect((await read(binary, 100)).stdout).toBe('{"ü":1}\n\n');
  });

  it('refuses a document that is too large', async () => {
    const binary = await script(`printf '1234567890'`);

    await expect(read(binary, 5)).rejects.toMatchObject({ code: 'TERRAFORM_OUTPUT_TOO_LARGE' });
  });
});
