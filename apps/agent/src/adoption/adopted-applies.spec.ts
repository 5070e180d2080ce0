import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@berth/observability';
import type { Publisher } from '@berth/messaging';
import type { ApiClient } from '../api/api-client.js';
import type { AgentEnv } from '../env.js';
import { findOrphans } from '../processes/orphans.js';
import { killGroup } from '../processes/process-group.js';
import { isAlive, keepIdentity, livingProcess } from '../processes/process-identity.js';
import type { PhaseLog } from '../runs/reporting/phase-log.js';
import type { RunReports } from '../runs/reporting/run-reports.js';
import type { RunExecutor } from '../runs/run-executor.js';
import type { UnsavedStates } from '../runs/terraform/unsaved-states.js';
import { keepValues } from '../slots/kept-values.js';
import { writeManifest } from '../slots/manifest.js';
import { Voice } from '../session/voice.js';
import { NO_ISOLATION } from '../processes/isolation/no-isolation.js';
import { Slots } from '../slots/slots.js';
import { AdoptedApplies } from './adopted-applies.js';

const TASK = '0b0c6f0e-0000-4000-8000-000000000001';
const TOKEN = 'the-token-of-the-pool';
const UNTIL_GO = 'while [ ! -e go ]; do sleep 0.05; done';

const SUMMARY = {
  '@level': 'info',
  '@message': 'm',
  type: 'change_summary',
  changes: { add: 1, change: 0, import: 0, remove: 0, operation: 'apply' },
};

let home: string;
let slots: Slots;
let adopted: AdoptedApplies;
let held: Promise<void>[];
let reported: unknown[];
let logged: string;
const started: ChildProcess[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-adopted-'));
  held = [];
  reported = [];
  logged = '';
  const identity = { agentId: 'a', podName: 'p', home, workRoot: join(home, 'paths') };
  const logger = createLogger('test', 'silent');
  slots = new Slots(identity, logger, NO_ISOLATION);
  const report = async (_run: unknown, log: PhaseLog, said: unknown): Promise<void> => {
    await log.close();
    reported.push(said);
  };
  adopted = new AdoptedApplies(
    {
      BERTH_TERRAFORM_GRACE_SECONDS: 60,
      BERTH_APPLY_TIMEOUT_SECONDS: 3_600,
      BERTH_AGENT_TOKEN: TOKEN,
      AMQP_URL: 'amqp://localhost',
      BERTH_PASS_THROUGH: [] as string[],
    } as AgentEnv,
    identity,
    {
      tokens: [TOKEN],
      appendLog: async (_task: string, { offset }: { offset: number }, piece: Buffer) => {
        logged += piece.toString('utf8');
        return Promise.resolve({ nextOffset: Math.min(offset, 0) + logged.length, stopRequested: null });
      },
    } as unknown as ApiClient,
    new Voice('agent-1', 's'.repeat(43)),
    { publish: async () => Promise.resolve() } as unknown as Publisher,
    slots,
    { hold: (work: Promise<void>) => held.push(work) } as unknown as RunExecutor,
    { finished: report, failed: report } as unknown as RunReports,
    {} as UnsavedStates,
    logger,
  );
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    killGroup(Number(child.pid));
  }
  await rm(home, { recursive: true, force: true });
});

/** What an agent leaves behind that dies in the middle of an apply. */
async function begunApply(): Promise<void> {
  const slot = slots.slot(1);
  await slot.empty();
  await mkdir(slot.work);
  await mkdir(slot.outputs);
  await writeFile(join(slot.outputs, 'stdout'), '');
  await writeFile(join(slot.outputs, 'stderr'), '');
  await writeManifest(slot.directory, {
    version: 1,
    taskId: TASK,
    attempt: 2,
    workspaceId: TASK,
    state: 'working',
    agentId: 'a',
    podName: 'p',
    slotId: 1,
    planHash: null,
    treeDigest: null,
    basis: null,
    seal: null,
    traceparent: null,
    engine: null,
  });
}

/** A shell script that leads a group of its own, as terraform does, and as anything does that was started with setsid. */
function leader(...body: string[]): ChildProcess {
  const child = spawn('/bin/sh', ['-c', body.join('\n')], {
    cwd: slots.slot(1).work,
    env: { PATH: process.env['PATH'] ?? '', HOME: slots.slot(1).home },
    detached: true,
    stdio: 'ignore',
  });
  started.push(child);
  return child;
}

async function gone(pid: number): Promise<void> {
  const living = await livingProcess(pid);
  while (living !== null && (await isAlive(living))) {
    await new Promise(setImmediate);
  }
}

describe('an agent that comes back', () => {
  it('adopts terraform itself, and ends with it what a provisioner has made independent', async () => {
    await begunApply();
    const { work, outputs } = slots.slot(1);
    const daemon = leader('exec sleep 1000');
    const terraform = leader(UNTIL_GO, `echo '${JSON.stringify(SUMMARY)}' >> ../outputs/stdout`);
    await keepIdentity(outputs, Number(terraform.pid));

    expect(await adopted.find()).toEqual(new Set([1]));
    adopted.begin();
    await writeFile(join(work, 'go'), '');
    await Promise.all(held);
    expect(reported).toEqual([{ changes: { add: 1, change: 0, destroy: 0, import: 0 } }]);
    expect(await livingProcess(Number(daemon.pid))).toBeNull();
  });

  it('masks what terraform says with the values that the process before has kept', async () => {
    await begunApply();
    const { directory, outputs } = slots.slot(1);
    await keepValues(directory, ['hunter2-of-the-run'], TOKEN);
    await writeFile(join(outputs, 'stderr'), `says hunter2-of-the-run and ${TOKEN}\n`);

    await adopted.find();
    adopted.begin();
    await Promise.all(held);
    expect(logged).toContain('says *** and ***\n');
  });

  it('waits for nothing else where terraform has ended, and ends that', async () => {
    await begunApply();
    const terraform = leader(UNTIL_GO);
    await keepIdentity(slots.slot(1).outputs, Number(terraform.pid));
    terraform.kill('SIGKILL');
    await gone(Number(terraform.pid));
    leader('exec sleep 1000');

    expect(await adopted.find()).toEqual(new Set([1]));
    expect(await findOrphans(home)).toEqual([]);
    adopted.begin();
    await Promise.all(held);
    expect(reported).toMatchObject([{ code: 'APPLY_OUTCOME_UNKNOWN', stateInDoubt: true }]);
  });

  it('ends what was about to become terraform, of which only its output is known', async () => {
    await begunApply();
    const stdout = openSync(join(slots.slot(1).outputs, 'stdout'), 'a');
    const parent = spawn('/bin/sh', ['-c', '/bin/sleep 1000 &'], {
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['ignore', stdout, 'ignore'],
    });
    started.push(parent);
    await once(parent, 'exit');
    closeSync(stdout);
    expect(await findOrphans(home)).toMatchObject([{ slotId: 1, group: parent.pid }]);

    await adopted.find();
    expect(await findOrphans(home)).toEqual([]);
  });

  it('ends the providers of a terraform that was killed, and waits until they are gone', async () => {
    await begunApply();
    const terraform = leader('sleep 1000 &', 'touch ready', 'sleep 1000');
    while (!(await readdir(slots.slot(1).work)).includes('ready')) {
      await new Promise(setImmediate);
    }
    terraform.kill('SIGKILL');
    await gone(Number(terraform.pid));
    const providers = await findOrphans(home);
    expect(providers.length).toBeGreaterThan(0);
    expect(providers.every(({ pid, group }) => pid !== group && group === terraform.pid)).toBe(true);

    await adopted.find();
    expect(await findOrphans(home)).toEqual([]);
  });
});
