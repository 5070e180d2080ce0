import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApiClient } from '../api/api-client.js';
import { createLogger, LoopWatch, Metrics } from '@berth/observability';
import type { PhaseLog } from '../runs/phase-log.js';
import { SlotRun } from '../runs/task-run.js';
import { Slot } from '../slots/slot.js';
import { WorkPath } from '../slots/work-path.js';
import { UnsavedStates } from '../unsaved-states.js';
import { AbandonedApply } from './abandoned-apply.js';
import { findOrphans } from './orphans.js';

const TASK = '0b0c6f0e-0000-4000-8000-000000000001';

let home: string;
let slot: Slot;
let unsavedStates: UnsavedStates;
let left: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-abandoned-'));
  slot = new Slot(home, 1, new WorkPath(join(home, 'paths')));
  await slot.empty();
  await mkdir(slot.work);
  const logger = createLogger('test', 'silent');
  const metrics = new Metrics('test');
  const identity = { agentId: 'a', podName: 'p', home, workRoot: join(home, 'paths') };
  const watch = new LoopWatch(metrics, logger);
  unsavedStates = new UnsavedStates(identity, {} as ApiClient, logger, watch, metrics);
});
afterEach(async () => {
  left?.kill('SIGKILL');
  await rm(home, { recursive: true, force: true });
});

/** A shell script in the place of a terraform that an earlier process of the agent has begun. */
function leave(...body: string[]): void {
  left = spawn('/bin/sh', ['-c', body.join('\n')], {
    cwd: slot.work,
    env: { PATH: process.env['PATH'] ?? '', HOME: slot.home },
    detached: true,
    stdio: 'ignore',
  });
}

describe('an abandoned apply whose output cannot be read', () => {
  it('is waited for all the same, its unsaved state is kept, and a person has to look', async () => {
    leave('while [ ! -e go ]; do sleep 0.05; done', 'echo {} > errored.tfstate');
    const [orphan = null] = await findOrphans(home);
    expect(orphan).not.toBeNull();
    const log = { text: { line: () => undefined }, note: () => undefined } as unknown as PhaseLog;
    const run = new SlotRun({ taskId: TASK, attempt: 2, phase: 'apply' }, 1);
    const apply = new AbandonedApply({ run, slot, log, unsavedStates, home }, 1_000);
    const outcome = apply.outcome(orphan).catch((error: unknown) => error);
    await writeFile(join(slot.work, 'go'), '');

    expect(await outcome).toMatchObject({
      code: 'APPLY_OUTCOME_UNKNOWN',
      stateInDoubt: true,
      message: expect.stringContaining('ENOENT'),
    });
    expect(await readdir(join(home, 'unsaved-states'))).toEqual([`${TASK}-2.tfstate`]);
    expect(await findOrphans(home)).toEqual([]);
  });
});
