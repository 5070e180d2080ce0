import { describe, expect, it } from '@jest/globals';
import { placeTasks, type AgentRoom, type WaitingTask } from './place-tasks.js';

const task = (
  id: string,
  warm: string | null = null,
  failedAgents: readonly string[] = [],
  poolId = 'pool',
): WaitingTask => {
  const [agentId = '', slotId] = warm?.split('/') ?? [];
  return { id, poolId, warm: warm === null ? null : { agentId, slotId: Number(slotId) }, failedAgents };
};
const agent = (agentId: string, room: number, poolId = 'pool'): AgentRoom => ({
  agentId,
  poolId,
  room,
  onTrial: false,
});
const triedAgent = (agentId: string): AgentRoom => ({ ...agent(agentId, 1), onTrial: true });
const places = (tasks: readonly WaitingTask[], agents: readonly AgentRoom[]) =>
  placeTasks(tasks, agents).map(
    ({ taskId, agentId, slotId }) => `${taskId} ${agentId}${slotId === null ? '' : `/${slotId}`}`,
  );

describe('placing tasks on agents', () => {
  it('gives an agent no more than it has room for, in the order of the tasks', () => {
    expect(places([task('t1'), task('t2'), task('t3')], [agent('a', 2)])).toEqual(['t1 a', 't2 a']);
  });

  it('spreads tasks over agents, the one with the most room first', () => {
    const tasks = ['t1', 't2', 't3', 't4'].map((id) => task(id));
    expect(places(tasks, [agent('a', 1), agent('b', 3)])).toEqual(['t1 b', 't2 b', 't3 a', 't4 b']);
  });

  it('prefers the slot that last served the task’s workspace, even on a busier agent', () => {
    expect(places([task('t1', 'b/1')], [agent('a', 8), agent('b', 1)])).toEqual(['t1 b/1']);
  });

  it('takes another agent where that of the warm slot has no room left, or is not there', () => {
    const tasks = [task('t1', 'b/1'), task('t2', 'b/2'), task('t3', 'gone/1')];
    expect(places(tasks, [agent('a', 2), agent('b', 1)])).toEqual(['t1 b/1', 't2 a', 't3 a']);
  });

  it('gives a warm slot to one task alone', () => {
    expect(places([task('t1', 'a/1'), task('t2', 'a/1')], [agent('a', 2)])).toEqual(['t1 a/1', 't2 a']);
  });

  it('counts what warm slots have taken before it spreads the rest', () => {
    const tasks = [task('t1', 'a/1'), task('t2', 'a/2'), task('t3'), task('t4'), task('t5')];
    expect(places(tasks, [agent('a', 3), agent('b', 2)])).toEqual([
      't1 a/1',
      't2 a/2',
      't3 b',
      't4 a',
      't5 b',
    ]);
  });

  it('never takes an agent of another pool', () => {
    expect(places([task('t1')], [agent('a', 1, 'other')])).toEqual([]);
  });

  it('takes an agent that has failed the task only where no other one has room', () => {
    const tasks = [task('t1', null, ['a']), task('t2', null, ['a']), task('t3', null, ['a'])];
    expect(places(tasks, [agent('a', 8), agent('b', 1), agent('c', 1)])).toEqual(['t1 b', 't2 c', 't3 a']);
    expect(places([task('t4'), ...tasks], [agent('a', 2), agent('b', 1)])).toEqual(['t4 a', 't1 b', 't2 a']);
  });

  it('takes, of agents that have all failed the task, the one that has failed it longest ago', () => {
    expect(places([task('t1', null, ['b', 'a'])], [agent('a', 8), agent('b', 1)])).toEqual(['t1 b']);
  });

  it('prefers no warm slot on an agent that has failed the task', () => {
    expect(places([task('t1', 'a/1', ['a'])], [agent('a', 8), agent('b', 1)])).toEqual(['t1 b']);
    expect(places([task('t1', 'a/1', ['a'])], [agent('a', 8)])).toEqual(['t1 a']);
  });

  it('tries an agent that was unwell with no task that it has failed', () => {
    const tasks = [task('t1', null, ['a']), task('t2')];
    expect(places(tasks, [triedAgent('a')])).toEqual(['t2 a']);
  });

  it('places 5,000 tasks on 10,000 agents, one on each', () => {
    const tasks = Array.from({ length: 5_000 }, (_, n) => task(`t${n}`));
    const agents = Array.from({ length: 10_000 }, (_, n) => agent(`a${n}`, 10));
    const placements = placeTasks(tasks, agents);
    expect(new Set(placements.map(({ agentId }) => agentId)).size).toBe(5_000);
  });
});
