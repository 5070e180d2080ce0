import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger, LoopWatch, Metrics } from '@berth/observability';
import type { ApiClient } from '../../api/api-client.js';
import { ApiError } from '../../api/api-error.js';
import { UnsavedStates } from './unsaved-states.js';

const TASK = '0b0c6f0e-0000-4000-8000-000000000001';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-unsaved-'));
});
afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

/** What the api answers to each hand-over; it takes what nothing is said of. */
let answers: ApiError[];
let handedOver: string[];
let metrics: Metrics;

function unsavedStates(): UnsavedStates {
  const logger = createLogger('test', 'silent');
  metrics = new Metrics('test');
  const keepUnsavedState = async (_task: string, attempt: number, content: Buffer): Promise<void> => {
    const answer = answers.shift();
    if (answer !== undefined) {
      throw answer;
    }
    handedOver.push(`${attempt}: ${content.toString()}`);
  };
  return new UnsavedStates(
    { agentId: 'a', podName: 'p', home, workRoot: home },
    { keepUnsavedState } as unknown as ApiClient,
    logger,
    new LoopWatch(metrics, logger),
    metrics,
  );
}

const inSlot = { withholdWhile: () => undefined };
const onDisk = async (): Promise<string[]> => (await readdir(join(home, 'unsaved-states'))).toSorted();
const refusal = new ApiError('permanent', 'STALE_ATTEMPT', 'not yours');

beforeEach(() => {
  answers = [];
  handedOver = [];
});

describe('a state that the api takes never', () => {
  it('stays on the disk, and in the metric', async () => {
    answers = [refusal];
    const states = unsavedStates();
    const counted = async (): Promise<string> =>
      metrics.registry.getSingleMetricAsString('berth_agent_unsaved_states');
    await states.keep({ taskId: TASK, attempt: 2 }, { content: '{"ser' }, inSlot);
    await states.stop();
    await states.stop();

    expect(handedOver).toEqual([]);
    expect(await onDisk()).toEqual([`${TASK}-2.tfstate.refused`]);
    expect(await counted()).toMatch(/^berth_agent_unsaved_states\S* 1$/m);
  });

  it('is tried again by the agent’s next process, when the api may be another one', async () => {
    answers = [refusal];
    const states = unsavedStates();
    await states.keep({ taskId: TASK, attempt: 2 }, { content: '{"ser' }, inSlot);
    await states.stop();
    await unsavedStates().stop();

    expect(handedOver).toEqual(['2: {"ser']);
    expect(await onDisk()).toEqual([]);
  });
});

describe('a state that was changed on its way to the api', () => {
  it('is handed over again', async () => {
    answers = [new ApiError('permanent', 'CHECKSUM_MISMATCH', 'other bytes')];
    const states = unsavedStates();
    await states.keep({ taskId: TASK, attempt: 2 }, { content: '{}' }, inSlot);
    await states.stop();
    expect(await onDisk()).toEqual([`${TASK}-2.tfstate`]);
    await states.stop();
    expect(handedOver).toEqual(['2: {}']);
  });
});

describe('several unsaved states', () => {
  it('of one attempt overwrite each other as little as those of two', async () => {
    answers = [refusal];
    const states = unsavedStates();
    await states.keep({ taskId: TASK, attempt: 2 }, { content: 'file' }, inSlot);
    await states.stop();
    await states.keep({ taskId: TASK, attempt: 2 }, { content: 'dump' }, inSlot);
    await states.keep({ taskId: TASK, attempt: 4 }, { content: 'later' }, inSlot);
    answers = [];
    await states.stop();

    expect(handedOver.toSorted()).toEqual(['2: dump', '4: later']);
    expect(await onDisk()).toEqual([`${TASK}-2.tfstate.refused`]);
  });

  it('do not wait for one that cannot be handed over now', async () => {
    answers = [new ApiError('transient', 'DATABASE_UNAVAILABLE', 'not now')];
    const states = unsavedStates();
    await states.keep({ taskId: TASK, attempt: 2 }, { content: 'one' }, inSlot);
    await states.keep({ taskId: TASK, attempt: 4 }, { content: 'other' }, inSlot);
    await states.stop();

    expect(handedOver).toEqual(['4: other']);
    expect(await onDisk()).toEqual([`${TASK}-2.tfstate`]);
  });
});
