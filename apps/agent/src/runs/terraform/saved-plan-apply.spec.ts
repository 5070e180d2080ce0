import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TaskAssignment } from '@berth/contracts';
import { createLogger, LoopWatch, Metrics } from '@berth/observability';
import type { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { requireRoom } from '../../disk/require-room.js';
import type { AgentEnv } from '../../env.js';
import { NO_ISOLATION } from '../../processes/isolation/no-isolation.js';
import { OutputFiles } from '../../processes/output-files.js';
import { Slot } from '../../slots/slot.js';
import { WorkPath } from '../../slots/work-path.js';
import { TaskRun, type RunContext } from './run-context.js';
import { applySavedPlan } from './saved-plan-apply.js';
import { SlotTerraform } from './slot-terraform.js';
import { UnsavedStates } from './unsaved-states.js';

const TASK = '0b0c6f0e-0000-4000-8000-000000000001';
const NOT_SAVED = { severity: 'error', summary: 'Failed to save state', detail: 'refused' };

let home: string;
let slot: Slot;
let unsavedStates: UnsavedStates;
/** What the api was handed, and what it answers. */
let handedOver: string[];
let answer: ApiError | null;
/** The last apply's. */
let run: TaskRun;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-steps-'));
  slot = new Slot({ home, slotId: 1, paths: new WorkPath(join(home, 'paths')), user: null });
  await slot.empty();
  handedOver = [];
  answer = null;
  const api = {
    keepUnsavedState: async (_taskId: string, _attempt: number, content: Buffer) => {
      if (answer !== null) {
        throw answer;
      }
      handedOver.push(content.toString());
    },
  } as unknown as ApiClient;
  const logger = createLogger('test', 'silent');
  const metrics = new Metrics('test');
  const identity = { agentId: 'a', podName: 'p', home, workRoot: join(home, 'paths') };
  unsavedStates = new UnsavedStates(identity, api, logger, new LoopWatch(metrics, logger), metrics);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(home, { recursive: true, force: true });
});

/** An apply by a shell script in terraform's place. */
async function apply(...body: string[]): Promise<unknown> {
  const binary = join(home, 'stand-in');
  await writeFile(binary, `#!/bin/sh\n${body.join('\n')}\n`);
  await chmod(binary, 0o755);
  await rm(slot.work, { recursive: true, force: true });
  const assignment = TaskAssignment.parse({
    taskId: TASK,
    attempt: 2,
    phase: 'apply',
    operation: 'plan_and_apply',
    workspace: { id: TASK, name: 'w', workingDirectory: '' },
    engine: 'terraform',
    engineVersion: null,
    configuration: null,
    variables: [],
    targets: [],
    replace: [],
    refreshOnly: false,
    plan: null,
    keptLockFile: null,
    stateToken: 't',
  });
  await mkdir(slot.work);
  run = new TaskRun(assignment, 1, []);
  const context = {
    run,
    slot,
    env: {
      BERTH_APPLY_TIMEOUT_SECONDS: 60,
      BERTH_TERRAFORM_GRACE_SECONDS: 1,
      BERTH_PASS_THROUGH: [],
      BERTH_PROVIDER_STORE_MB: 1,
    } as unknown as AgentEnv,
    identity: { agentId: 'a', podName: 'p', home, workRoot: join(home, 'paths') },
    isolation: NO_ISOLATION,
    limits: {},
    state: { address: 'http://127.0.0.1:1/state', setProcess: () => undefined },
    workload: { begin: async () => Promise.resolve({}) },
    unsavedStates,
    log: {
      text: { write: () => undefined, line: () => undefined },
      see: () => undefined,
      note: () => undefined,
      announce: () => undefined,
    },
  } as unknown as RunContext;
  const terraform = await SlotTerraform.inSlot(context, { path: binary, version: '1.11.4' });
  return applySavedPlan(context, terraform, async () => Promise.resolve()).catch((error: unknown) => error);
}

const event = (parts: Record<string, unknown>): string =>
  `echo '${JSON.stringify({ '@level': 'info', '@message': 'm', ...parts })}'`;
const begun = event({ type: 'apply_start', hook: { resource: { addr: 'a' }, action: 'create' } });
const notSaved = event({ type: 'diagnostic', diagnostic: NOT_SAVED });
const dump = `echo '{"@level":"error","@message":"Emergency state dump","@module":"terraform.ui","state":{"serial":7},"type":"log"}'`;

const kept = async (): Promise<string[]> => readdir(join(home, 'unsaved-states')).catch(() => []);

describe('an apply that cannot save its state', () => {
  it('leaves it with the unsaved states, and not in the slot', async () => {
    const failure = await apply(begun, `echo '{"serial":7}' > errored.tfstate`, notSaved, 'exit 1');

    expect(failure).toMatchObject({ code: 'TERRAFORM_STATE_NOT_SAVED', stateInDoubt: true });
    expect(await kept()).toEqual([`${TASK}-2.tfstate`]);
    expect(await readdir(slot.work)).toEqual([]);
    await slot.remove();
    await unsavedStates.stop();
    expect(handedOver).toEqual(['{"serial":7}\n']);
  });

  it('is believed what it says last, where the file could not be written whole', async () => {
    await apply(begun, `printf '{"ser' > errored.tfstate`, dump, notSaved, 'exit 1');
    await unsavedStates.stop();

    expect(handedOver).toEqual(['{"serial":7}']);
  });

  it('is believed also where its last word is too long to be held', async () => {
    const long = 65 * 1024 * 1024;
    const state = `{"serial":9007199254740993,"value":"${'x'.repeat(long)}"}`;
    await apply(
      begun,
      `printf '{"@level":"error","@message":"Emergency state dump","@module":"terraform.ui","state":{"serial":9007199254740993,"value":"'`,
      `head -c ${long} /dev/zero | tr '\\0' x`,
      `echo '"}}'`,
      notSaved,
      'exit 1',
    );
    expect(await kept()).toEqual([`${TASK}-2.tfstate`]);
    await unsavedStates.stop();

    expect(handedOver.map((one) => one === state)).toEqual([true]);
  }, 60_000);

  it('leaves the workspace in doubt where it could say no state either', async () => {
    const failure = await apply(begun, notSaved, 'exit 1');

    expect(failure).toMatchObject({ code: 'TERRAFORM_STATE_NOT_SAVED', stateInDoubt: true });
  });

  it('keeps its slot from everybody for as long as the only copy lies there', async () => {
    await writeFile(join(home, 'unsaved-states'), 'in the way');
    answer = new ApiError('transient', 'API_AWAY', 'the api is away');
    const failure = await apply(begun, `echo '{"serial":7}' > errored.tfstate`, notSaved, 'exit 1');

    expect(failure).toMatchObject({ code: 'TERRAFORM_STATE_NOT_SAVED', stateInDoubt: true });
    await unsavedStates.stop();
    await expect(slot.remove()).rejects.toMatchObject({
      code: 'SLOT_HOLDS_STATE',
      failureClass: 'transient',
    });
    expect(await readFile(join(slot.work, 'errored.tfstate'), 'utf8')).toBe('{"serial":7}\n');

    answer = null;
    await unsavedStates.stop();
    expect(handedOver).toEqual(['{"serial":7}\n']);
    await slot.remove();
  });

  it('has its state put with the others as soon as there is room for it', async () => {
    await writeFile(join(home, 'unsaved-states'), 'in the way');
    answer = new ApiError('transient', 'API_AWAY', 'the api is away');
    await apply(begun, dump, notSaved, 'exit 1');
    await rm(join(home, 'unsaved-states'));
    await unsavedStates.stop();

    expect(await kept()).toEqual([`${TASK}-2.tfstate`]);
    await slot.remove();
  });
});

describe('an apply of which the agent loses sight', () => {
  it('is in doubt, and its unsaved state is kept', async () => {
    const unreadable = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' });
    jest.spyOn(OutputFiles.prototype, 'catchUp').mockRejectedValue(unreadable);
    const failure = await apply(begun, `echo '{"serial":7}' > errored.tfstate`, 'exit 1');

    expect(failure).toMatchObject({
      code: 'APPLY_OUTCOME_UNKNOWN',
      failureClass: 'permanent',
      stateInDoubt: true,
      message: expect.stringContaining('EIO'),
    });
    expect(await kept()).toEqual([`${TASK}-2.tfstate`]);
  });
});

describe('an apply that fails', () => {
  it('without a word leaves the state in doubt: the disk may have been too full for its last ones', async () => {
    expect(await apply('exit 1')).toMatchObject({ code: 'TERRAFORM_FAILED', stateInDoubt: true });
    expect(await apply(begun, 'exit 1')).toMatchObject({ stateInDoubt: true });
  });

  it('with a reason leaves none', async () => {
    const reason = event({
      type: 'diagnostic',
      diagnostic: { severity: 'error', summary: 'S', detail: 'D' },
    });
    expect(await apply(begun, reason, 'exit 1')).toMatchObject({ stateInDoubt: false });
    expect(await apply('echo no such flag >&2', 'exit 1')).toMatchObject({ stateInDoubt: false });
  });
});

describe('an apply that its agent ends because it has to stop itself', () => {
  /** What follows its first change, until it is ready to be interrupted, and then. */
  async function stopped(...body: string[]): Promise<unknown> {
    const failure = apply(begun, ...body, 'touch ready', 'while :; do sleep 0.05; done');
    while (!(await readdir(slot.work).catch((): string[] => [])).includes('ready')) {
      await new Promise(setImmediate);
    }
    run.stop('agent_stop');
    return failure;
  }
  const halted = event({
    type: 'diagnostic',
    diagnostic: { severity: 'error', summary: 'execution halted', detail: '' },
  });

  it('is in doubt where it did not end in time, and nobody is told of too little memory', async () => {
    const failure = await stopped(`trap '' INT`);

    expect(failure).toMatchObject({
      code: 'AGENT_STOPPED_DURING_APPLY',
      failureClass: 'permanent',
      stateInDoubt: true,
      message: expect.stringContaining('killed, as it had not ended 1 s after its interrupt'),
    });
    expect(failure).not.toMatchObject({ message: expect.stringContaining('memory') });
  });

  it('is in no doubt where it saved its state, and has its last words', async () => {
    expect(await stopped(`halt() { ${halted}; exit 1; }`, 'trap halt INT')).toMatchObject({
      code: 'AGENT_STOPPED_DURING_APPLY',
      failureClass: 'permanent',
      stateInDoubt: false,
      message: expect.stringContaining('execution halted'),
    });
  });

  it('keeps the name of a fault of its own', async () => {
    const diagnostic = { severity: 'error', summary: 'creating x', detail: 'no space left on device' };
    const full = event({ type: 'diagnostic', diagnostic });

    expect(await stopped(full, 'trap "exit 1" INT')).toMatchObject({ code: 'TERRAFORM_DISK_FULL' });
  });

  it('says that its state was not saved where it was not', async () => {
    expect(await stopped(notSaved, 'trap "exit 1" INT')).toMatchObject({ code: 'TERRAFORM_STATE_NOT_SAVED' });
  });
});

describe('a disk with too little room', () => {
  it('is told of before the work begins', async () => {
    await requireRoom(home, 1);
    await expect(requireRoom(home, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({
      code: 'AGENT_DISK_FULL',
      failureClass: 'transient',
    });
  });
});
