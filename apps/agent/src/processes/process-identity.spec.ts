import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NOT_CONFINED } from './isolation/no-isolation.js';
import { runTerraform } from '../terraform/terraform-process.js';
import { isAlive, keptIdentity, livingProcess } from './process-identity.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-identity-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

describe('a run that may outlive its agent', () => {
  it('is known by its number and the time of its start', async () => {
    const binary = join(directory, 'stand-in');
    await writeFile(binary, '#!/bin/sh\nwhile [ ! -e go ]; do sleep 0.05; done\n');
    await chmod(binary, 0o755);
    const outputDirectory = join(directory, 'outputs');
    let pid = 0;
    const running = runTerraform({
      binary,
      args: [],
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '' },
      confinement: NOT_CONFINED,
      json: true,
      outputDirectory,
      onText: () => undefined,
      onSpawn: (spawned) => {
        pid = spawned.pid;
      },
      signal: new AbortController().signal,
      graceMs: 60_000,
    });
    while ((await keptIdentity(outputDirectory)) === null) {
      await sleep(5);
    }
    const living = await livingProcess(pid);

    expect(living).toMatchObject({ pid, group: pid });
    expect(living).toMatchObject({ ...(await keptIdentity(outputDirectory)) });
    expect(await isAlive({ pid, startTime: '1' })).toBe(false);
    await writeFile(join(directory, 'go'), '');
    await running;
    expect(await livingProcess(pid)).toBeNull();
  });
});
