import { describe, expect, it } from '@jest/globals';
import { MESSAGES } from '@berth/contracts';
import { Mask } from '@berth/masking';
import type { Publisher } from '@berth/messaging';
import { SlotRun } from '../../slots/slot-run.js';
import type { LogWriter } from './log-writer.js';
import { PhaseLog } from './phase-log.js';

describe('the beginning of a step', () => {
  it('is told in a message that can be read, however long its name and its command are', async () => {
    const told: unknown[] = [];
    const publisher = {
      publish: async (_type: string, payload: unknown) => {
        told.push(payload);
        return Promise.resolve();
      },
    } as unknown as Publisher;
    const text = { line: () => undefined } as unknown as LogWriter;
    const run = new SlotRun(
      { taskId: '0192f0c1-0000-7000-8000-000000000001', attempt: 1, phase: 'build' },
      1,
      Mask.of(['hunter22']),
    );
    const identity = { agentId: 'agent-1', podName: 'pod-1', home: '', workRoot: '' };
    const log = new PhaseLog(run, identity, publisher, text);

    await log.step('n'.repeat(100), `echo ${'x'.repeat(60_000)}`, async () => Promise.resolve());
    await log.step('hunter22', 'curl -u hunter22', async () => Promise.resolve());
    expect(told).toHaveLength(2);
    expect(JSON.stringify([told, log.finished()])).not.toContain('hunter22');
    expect(MESSAGES['task.progressed'].schema.safeParse(told[0]).error).toBeUndefined();
  });
});
