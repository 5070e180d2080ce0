import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { treeDigest } from '../disk/tree-digest.js';
import { writeManifest } from './manifest.js';
import { Slot } from './slot.js';
import { EarlyLook, readWarmFacts } from './warm-facts.js';
import { WorkPath } from './work-path.js';

describe('a look into a slot', () => {
  let home: string;
  let slot: Slot;
  let binary: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'warm-facts-'));
    slot = new Slot({ home, slotId: 1, paths: new WorkPath(join(home, 'paths')), user: null });
    binary = join(home, 'terraform');
    await writeFile(binary, '');
    await chmod(binary, 0o755);
    await mkdir(slot.work, { recursive: true });
    await writeFile(join(slot.work, 'main.tf'), 'locals {}');
    await mkdir(slot.plan, { recursive: true });
    await writeFile(slot.planFile, 'plan');
    await writeManifest(slot.directory, {
      version: 1,
      taskId: 'task',
      attempt: 1,
      workspaceId: 'workspace',
      state: 'planned',
      agentId: 'a',
      podName: 'p',
      slotId: 1,
      planHash: 'hash',
      treeDigest: 'tree',
      basis: null,
      seal: null,
      traceparent: null,
      engine: { path: binary, version: '1.11.4' },
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(home, { recursive: true, force: true });
  });

  it('gives the manifest, the hash of the plan, the digest of the tree, and whether the engine is there', async () => {
    expect(await readWarmFacts(slot)).toMatchObject({
      manifest: { taskId: 'task' },
      planFileHash: await slot.planFileHash(),
      tree: await treeDigest(slot.work),
      engineIsThere: true,
    });
  });

  it('gives nothing for what is not there', async () => {
    await rm(binary);
    expect(await readWarmFacts(slot)).toMatchObject({ engineIsThere: false });
    await rm(slot.directory, { recursive: true });
    expect(await readWarmFacts(slot)).toEqual({
      manifest: null,
      planFileHash: null,
      tree: null,
      engineIsThere: false,
    });
  });

  it('that began before the assignment was accepted holds for a second, then the slot is looked into again', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    const look = new EarlyLook(slot);
    const before = await look.result();
    await writeFile(join(slot.work, 'main.tf'), 'changed');
    now.mockReturnValue(999);
    expect((await look.result()).tree).toBe(before.tree);
    now.mockReturnValue(1_000);
    expect((await look.result()).tree).toBe(await treeDigest(slot.work));
    expect((await look.result()).tree).not.toBe(before.tree);
  });
});
