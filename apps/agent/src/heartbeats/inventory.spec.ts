import { describe, expect, it } from '@jest/globals';
import type { Outbox } from '../runs/reporting/outbox.js';
import type { HeldTask, Slots } from '../slots/slots.js';
import { Inventory } from './inventory.js';

/** An agent that holds these plans and runs these attempts; notes what is emptied and stopped. */
function inventory(waiting: HeldTask[], running: HeldTask[], accepting: HeldTask[] = []) {
  const emptied: HeldTask[] = [];
  const stopped: number[] = [];
  const runs = running.map((one) => ({
    ...one,
    phase: 'apply',
    stop: () => stopped.push(one.slotId),
  }));
  const slots = {
    waiting,
    running: runs,
    accepting: accepting.map((one) => ({ ...one, phase: 'apply' })),
    runIn: (slotId: number) => runs.find((one) => one.slotId === slotId),
    release: async (task: HeldTask) => emptied.push(task),
  };
  const outbox = { reported: [{ taskId: 'c', attempt: 1 }] };
  const it = new Inventory(slots as unknown as Slots, outbox as unknown as Outbox);
  return { it, emptied, stopped };
}

const held = (taskId: string, attempt: number, slotId: number): HeldTask => ({ taskId, attempt, slotId });

describe('the inventory of an agent', () => {
  it('lists what runs, what waits and what was reported', () => {
    const { it: has } = inventory([held('a', 1, 1)], [held('b', 2, 2)]);
    expect(has.tasks).toEqual([
      { taskId: 'b', attempt: 2, slotId: 2, phase: 'apply', held: false },
      { taskId: 'a', attempt: 1, slotId: 1, phase: 'plan', held: true },
    ]);
    expect(has.reported).toEqual([{ taskId: 'c', attempt: 1 }]);
  });

  it('lists what is being accepted: the database may have it for this agent’s before the answer is here', () => {
    const { it: has } = inventory([held('a', 1, 1)], [], [held('a', 2, 1)]);
    expect(has.tasks).toContainEqual({ taskId: 'a', attempt: 2, slotId: 1, phase: 'apply', held: false });
  });

  it('gives up what the database no longer gives to the agent', async () => {
    const { it: has, emptied, stopped } = inventory([held('a', 1, 1)], [held('b', 2, 2)]);
    await has.release([held('a', 1, 1), held('b', 2, 2)]);
    expect({ emptied, stopped }).toEqual({ emptied: [held('a', 1, 1)], stopped: [2] });
  });

  it('keeps a newer attempt when an older one is stale', async () => {
    const { it: has, emptied, stopped } = inventory([held('a', 3, 1)], [held('b', 4, 2)]);
    await has.release([held('a', 1, 1), held('b', 2, 2)]);
    expect({ emptied, stopped }).toEqual({ emptied: [], stopped: [] });
  });
});
