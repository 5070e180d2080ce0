import { describe, expect, it, jest } from '@jest/globals';
import type { TaskAssignment } from '@berth/contracts';
import { createLogger, type Logger } from '@berth/observability';
import type { ApiClient } from '../api/api-client.js';
import { ApiError } from '../api/api-error.js';
import type { Outbox } from '../runs/reporting/outbox.js';
import type { RunExecutor } from '../runs/run-executor.js';
import { NO_ISOLATION } from '../processes/isolation/no-isolation.js';
import type { AcceptedApplies } from '../slots/accepted-applies.js';
import { Slots } from '../slots/slots.js';
import type { Lifecycle } from './lifecycle.js';
import { TaskMessagesController } from './task-messages.controller.js';

const message = { taskId: 'task', attempt: 2, slotId: 1, phase: 'plan' } as const;

/** Doubles of what stands around the controller; accepts are answered when the test lets them. */
function controller(reported = false) {
  const answers: (() => void)[] = [];
  const accept = jest.fn(
    async () =>
      new Promise<TaskAssignment>((resolve) => {
        answers.push(() => {
          resolve({ taskId: 'task', attempt: 2 } as TaskAssignment);
        });
      }),
  );
  const begin = jest.fn();
  const notes = new Set<string>();
  const accepted: Pick<AcceptedApplies, 'keep' | 'taken' | 'notTaken'> = {
    keep: async ({ taskId }) => {
      notes.add(taskId);
      return Promise.resolve();
    },
    taken: () => undefined,
    notTaken: async () => {
      notes.clear();
      return Promise.resolve();
    },
  };
  const identity = { agentId: 'a', podName: 'p', home: '', workRoot: '' };
  const slots = new Slots(identity, createLogger('test', 'silent'), NO_ISOLATION);
  const subject = new TaskMessagesController(
    identity,
    { accept } as unknown as ApiClient,
    slots,
    accepted as unknown as AcceptedApplies,
    { begin } as unknown as RunExecutor,
    { hasReported: () => reported, put: async () => Promise.resolve() } as unknown as Outbox,
    { isDraining: false } as unknown as Lifecycle,
    { info: () => undefined, warn: () => undefined } as unknown as Logger,
  );
  const answer = (): void => {
    answers.splice(0).forEach((one) => {
      one();
    });
  };
  return { subject, accept, begin, answer, slots, notes };
}

describe('an assignment', () => {
  it('that is delivered again while its accept is on its way is begun once', async () => {
    const { subject, accept, begin, answer } = controller();
    const both = [subject.assigned(message), subject.assigned(message)];
    answer();
    await Promise.all(both);
    expect(accept).toHaveBeenCalledTimes(1);
    expect(begin).toHaveBeenCalledTimes(1);
  });

  it('of another attempt does not wait for the one before', async () => {
    const { subject, accept, answer } = controller();
    const both = [subject.assigned(message), subject.assigned({ ...message, attempt: 3 })];
    expect(accept).toHaveBeenCalledTimes(2);
    answer();
    await Promise.all(both);
  });

  it('counts as the agent’s from its delivery to its beginning, and not longer', async () => {
    const { subject, begin, answer, slots } = controller();
    begin.mockImplementation(() => {
      expect(slots.accepting).toEqual([message]);
    });
    const assigned = subject.assigned(message);
    expect(slots.accepting).toEqual([message]);
    answer();
    await assigned;
    expect(begin).toHaveBeenCalledTimes(1);
    expect(slots.accepting).toEqual([]);
  });

  it('that was refused or has ended is not begun again', async () => {
    const { subject, accept } = controller(true);
    await subject.assigned(message);
    expect(accept).not.toHaveBeenCalled();
  });

  it.each([
    ['apply', ['task']],
    ['plan', []],
  ] as const)('of an %s is noted as not begun from its accept on: %j', async (phase, noted) => {
    const { subject, begin, answer, notes } = controller();
    begin.mockImplementation(() => {
      expect([...notes]).toEqual(noted);
    });
    const assigned = subject.assigned({ ...message, phase });
    answer();
    await assigned;
    expect(begin).toHaveBeenCalledTimes(1);
    expect([...notes]).toEqual(noted);
  });

  it.each(['STALE_ATTEMPT', 'API_UNREACHABLE'])(
    'of an apply that could not be accepted (%s) leaves no note',
    async (code) => {
      const { subject, accept, begin, notes } = controller();
      accept.mockRejectedValue(new ApiError('transient', code, 'it was not accepted'));
      await subject.assigned({ ...message, phase: 'apply' });
      expect(begin).not.toHaveBeenCalled();
      expect([...notes]).toEqual([]);
    },
  );
});
