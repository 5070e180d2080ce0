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

describe('a state that the api takes never', () => {
  it('stays on the disk, and in the metric', async () => {
    const refuse = async (): Promise<never> => {
      throw new ApiError('permanent', 'INVALID_STATE', 'this is no state');
    };
    const logger = createLogger('test', 'silent');
    const metrics = new Metrics('test');
    const states = new UnsavedStates(
      { agentId: 'a', podName: 'p', home, workRoot: home },
      { keepUnsavedState: refuse } as unknown as ApiClient,
      logger,
      new LoopWatch(metrics, logger),
      metrics,
    );
    const counted = async (): Promise<string> =>
      metrics.registry.getSingleMetricAsString('berth_agent_unsaved_states');
    await states.keep({ taskId: TASK, attempt: 2 }, { content: '{"ser' }, { withholdWhile: () => undefined });
    await states.stop();
    await states.stop();

    expect(await readdir(join(home, 'unsaved-states'))).toEqual([`${TASK}-2.tfstate.refused`]);
    expect(await counted()).toMatch(/^berth_agent_unsaved_states\S* 1$/m);
  });
});
