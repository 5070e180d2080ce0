import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
  const logger = { error: (_of: object, text: string) => said.push(text) } as unknown as Logger;
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
