import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, LoopWatch, Metrics } from '@berth/observability';
import type { ApiClient } from '../api/api-client.js';
import { keepBoot } from '../processes/machine-boot.js';
import { endLeftBehind, findOrphans } from '../processes/orphans.js';
import type { PhaseLog } from '../runs/reporting/phase-log.js';
import { UnsavedStates } from '../runs/terraform/unsaved-states.js';
import { SlotRun } from '../slots/slot-run.js';
import { Slot } from '../slots/slot.js';
import { WorkPath } from '../slots/work-path.js';
import { AbandonedApply } from './abandoned-apply.js';

const TASK = '0b0c6f0e-0000-4000-8000-000000000001';

let home: string;
let slot: Slot;
let unsavedStates: UnsavedStates;
let left: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-abandoned-'));
  slot = new Slot({ home, slotId: 1, paths: new WorkPath(join(home, 'paths')), user: null });
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

const NO_LOG = {
  text: { line: () => undefined, write: () => undefined },
  note: () => undefined,
  see: () => undefined,
  recall: () => undefined,
} as unknown as PhaseLog;

const says = (parts: Record<string, unknown>): string =>
  `echo '${JSON.stringify({ '@level': 'info', '@message': 'm', ...parts })}' >> ../outputs/stdout`;
const begun = says({ type: 'apply_start', hook: { resource: { addr: 'a' }, action: 'create' } });
const done = says({
  type: 'change_summary',
  changes: { add: 1, change: 0, import: 0, remove: 0, operation: 'apply' },
});
const untilGo = 'while [ ! -e go ]; do sleep 0.05; done';
const go = async (): Promise<void> => writeFile(join(slot.work, 'go'), '');

const HOUR = { graceMs: 60_000, timeoutSeconds: 3_600 };

function apply(
  run: SlotRun,
  limits = HOUR,
  endLeft = async (): Promise<number> => endLeftBehind(home, slot.slotId),
): AbandonedApply {
  return new AbandonedApply({ run, slot, log: NO_LOG, unsavedStates, endLeftBehind: endLeft }, limits);
}

/** What becomes of it, once it is adopted. */
async function adopted(
  run: SlotRun,
  limits: Partial<typeof HOUR> = {},
): Promise<{ outcome: Promise<unknown> }> {
  const orphan = (await findOrphans(home)).find(({ pid }) => pid === left?.pid) ?? null;
  expect(orphan).not.toBeNull();
  const outcome = apply(run, { ...HOUR, ...limits }).outcome(orphan);
  return { outcome: outcome.catch((error: unknown) => error) };
}

async function nothingLeft(): Promise<void> {
  while ((await findOrphans(home)).length > 0) {
    await new Promise(setImmediate);
  }
}

async function exists(name: string): Promise<boolean> {
  return (await readdir(slot.work)).includes(name);
}

describe('an abandoned apply', () => {
  let run: SlotRun;

  beforeEach(async () => {
    run = new SlotRun({ taskId: TASK, attempt: 2, phase: 'apply' }, 1);
    await mkdir(slot.outputs);
    await writeFile(join(slot.outputs, 'stdout'), '');
    await writeFile(join(slot.outputs, 'stderr'), '');
  });

  it('whose output cannot be read is waited for all the same, and a person has to look', async () => {
    await rm(join(slot.outputs, 'stderr'));
    leave(untilGo, 'echo {} > errored.tfstate');
    const { outcome } = await adopted(run);
    await go();

    expect(await outcome).toMatchObject({
      code: 'APPLY_OUTCOME_UNKNOWN',
      stateInDoubt: true,
      message: expect.stringContaining('ENOENT'),
    });
    expect(await readdir(join(home, 'unsaved-states'))).toEqual([`${TASK}-2.tfstate`]);
    await nothingLeft();
  });

  it('that was left standing still goes on', async () => {
    leave(untilGo, done);
    left?.kill('SIGSTOP');
    const { outcome } = await adopted(run);
    await go();

    expect(await outcome).toEqual({ changes: { add: 1, change: 0, destroy: 0, import: 0 } });
  });

  it('that is cancelled before its first change is killed and not interrupted', async () => {
    leave('trap "touch interrupted; exit 1" INT', untilGo);
    run.stop('person');
    const { outcome } = await adopted(run);

    expect(await outcome).toMatchObject({ code: 'APPLY_NOT_BEGUN', stateInDoubt: false });
    expect(await exists('interrupted')).toBe(false);
    await nothingLeft();
  });

  it('that is cancelled after it is interrupted, and says how it ended', async () => {
    const failed = says({ type: 'diagnostic', diagnostic: { severity: 'error', summary: 'S', detail: 'D' } });
    leave(
      begun,
      `trap "touch interrupted" INT`,
      'touch ready',
      'while [ ! -e interrupted ]; do sleep 0.05; done',
      failed,
    );
    while (!(await exists('ready'))) {
      await new Promise(setImmediate);
    }
    run.stop('person');
    const { outcome } = await adopted(run);

    expect(await outcome).toMatchObject({ code: 'TERRAFORM_FAILED', stateInDoubt: false });
  });

  it('that its agent kills because it has to stop says so, and a person has to look', async () => {
    leave(begun, `trap '' INT`, 'touch ready', 'while :; do sleep 0.05; done');
    while (!(await exists('ready'))) {
      await new Promise(setImmediate);
    }
    run.stop('agent_stop');
    const { outcome } = await adopted(run, { graceMs: 1 });

    expect(await outcome).toMatchObject({
      code: 'AGENT_STOPPED_DURING_APPLY',
      failureClass: 'permanent',
      stateInDoubt: true,
    });
  });

  it('whose terraform was never started has changed nothing, and a person is asked again', async () => {
    await keepBoot(slot.outputs);

    await expect(apply(run).outcome(null)).rejects.toMatchObject({
      code: 'APPLY_NOT_BEGUN',
      stateInDoubt: false,
      interrupted: true,
    });
  });

  it.each([
    [
      'the machine was started again',
      async () => writeFile(join(slot.outputs, 'boot'), 'of another start\n'),
    ],
    ['nobody knows whether the machine was', async () => rm(join(slot.outputs, 'boot'))],
    [
      'terraform has said its version',
      async () => writeFile(join(slot.outputs, 'stdout'), '{"type":"version"}\n'),
    ],
    [
      'something is there still',
      async () => {
        leave('exec sleep 1000');
      },
    ],
    ['a state was left', async () => writeFile(join(slot.work, 'errored.tfstate'), '{}')],
  ])('that has said nothing may have changed something where %s', async (_why, happens) => {
    await keepBoot(slot.outputs);
    await happens();

    await expect(apply(run).outcome(null)).rejects.toMatchObject({
      code: 'APPLY_OUTCOME_UNKNOWN',
      stateInDoubt: true,
    });
  });

  it('counts by what terraform has said where nobody can tell what else is left', async () => {
    await keepBoot(slot.outputs);
    const untold = apply(run, HOUR, async () => Promise.reject(new Error('EIO')));
    await expect(untold.outcome(null)).rejects.toMatchObject({ code: 'APPLY_OUTCOME_UNKNOWN' });
    leave(done);
    await once(left as ChildProcess, 'exit');
    expect(await untold.outcome(null)).toEqual({ changes: { add: 1, change: 0, destroy: 0, import: 0 } });
  });

  it('that takes longer than an apply may is interrupted', async () => {
    leave(
      begun,
      `trap "touch interrupted" INT`,
      'touch ready',
      'while [ ! -e interrupted ]; do sleep 0.05; done',
    );
    while (!(await exists('ready'))) {
      await new Promise(setImmediate);
    }
    const { outcome } = await adopted(run, { timeoutSeconds: 0 });

    expect(await outcome).toMatchObject({ code: 'TERRAFORM_TIMEOUT', failureClass: 'permanent' });
  });
});
