import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Logger } from '@berth/observability';
import type { Identity } from '../identity.js';
import { NO_ISOLATION } from '../processes/isolation/no-isolation.js';
import { SlotRun } from './slot-run.js';
import { Slots } from './slots.js';

let home: string;
let said: string[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-slots-'));
  said = [];
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

function slotsIn(directory: string): Slots {
  const identity: Identity = {
    agentId: 'a',
    podName: 'p',
    home: directory,
    workRoot: join(directory, 'paths'),
  };
  const note = (_of: object, text: string): number => said.push(text);
  const logger = { error: note, info: note } as unknown as Logger;
  return new Slots(identity, logger, NO_ISOLATION);
}

describe('a slot whose run is over', () => {
  const run = new SlotRun({ taskId: 'task', attempt: 1, phase: 'apply' }, 1);

  it('is free again also where its directory cannot be removed, and the next task finds that out', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    const slots = slotsIn(file);
    slots.begin(run);
    await slots.vacate(run);

    expect(slots.runIn(1)).toBeUndefined();
    expect(said).toEqual([expect.stringContaining('the slot cannot be emptied: Error: ENOTDIR')]);
    await expect(slots.slot(1).empty()).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('a plan that is wanted no more', () => {
  const plan = new SlotRun({ taskId: 'task', attempt: 1, phase: 'plan' }, 1);
  const again = { taskId: 'task', attempt: 2, slotId: 1, phase: 'apply' as const };

  async function heldIn(directory: string): Promise<Slots> {
    const slots = slotsIn(directory);
    await mkdir(join(directory, 'slots/1/work'), { recursive: true });
    slots.hold(plan);
    return slots;
  }

  it('is removed wholly before the next task is accepted for its slot', async () => {
    const slots = await heldIn(home);
    const released = slots.release(plan);
    const seen = await slots.whileAccepting(again, async () => existsSync(slots.slot(1).directory));

    expect(seen).toBe(false);
    expect(await released).toBe(true);
  });

  it('is left to the task that is being accepted for its slot', async () => {
    const slots = await heldIn(home);
    const released = await slots.whileAccepting(again, async () => slots.release(plan));

    expect(released).toBe(false);
    expect(existsSync(slots.slot(1).work)).toBe(true);
  });
});
