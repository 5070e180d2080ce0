import { describe, expect, it } from '@jest/globals';
import { matchTasksToSlots, type IdleSlot, type WaitingTask } from './match-tasks.js';

const task = (id: string, workspaceId: string | null = null, poolId = 'pool'): WaitingTask => ({
  id,
  poolId,
  workspaceId,
});
const slot = (
  agentId: string,
  slotId: number,
  lastWorkspaceId: string | null = null,
  poolId = 'pool',
): IdleSlot => ({
  agentId,
  podName: `${agentId}-pod`,
  slotId,
  poolId,
  lastWorkspaceId,
});
const places = (matches: ReturnType<typeof matchTasksToSlots>) =>
  matches.map((match) => `${match.taskId} ${match.slot.agentId}/${match.slot.slotId}`);

describe('matching tasks to slots', () => {
  it('gives each task a slot of its own, in the order of the tasks', () => {
    const matches = matchTasksToSlots(
      [task('t1'), task('t2'), task('t3')],
      [slot('a', 1), slot('a', 2)],
      new Map([['a', 9]]),
    );
    expect(places(matches)).toEqual(['t1 a/1', 't2 a/2']);
  });

  it('starts no more on an agent than it has room for', () => {
    const slots = [slot('a', 1), slot('a', 2), slot('b', 1)];
    const matches = matchTasksToSlots(
      [task('t1'), task('t2'), task('t3')],
      slots,
      new Map([
        ['a', 1],
        ['b', 0],
      ]),
    );
    expect(places(matches)).toEqual(['t1 a/1']);
  });

  it('spreads tasks over agents, the one with the most room first', () => {
    const slots = [slot('a', 1), slot('a', 2), slot('b', 1), slot('b', 2)];
    const matches = matchTasksToSlots(
      [task('t1'), task('t2')],
      slots,
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
    expect(places(matches)).toEqual(['t1 b/1', 't2 a/1']);
  });

  it('prefers the slot that last served the task’s workspace, even on a busier agent', () => {
    const slots = [slot('a', 1), slot('b', 1, 'w1')];
    const matches = matchTasksToSlots(
      [task('t1', 'w1')],
      slots,
      new Map([
        ['a', 8],
        ['b', 1],
      ]),
    );
    expect(places(matches)).toEqual(['t1 b/1']);
  });

  it('never takes a slot of another pool', () => {
    expect(matchTasksToSlots([task('t1')], [slot('a', 1, null, 'other')], new Map([['a', 1]]))).toEqual([]);
  });
});
