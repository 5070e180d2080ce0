import { describe, expect, it } from '@jest/globals';
import { basinsOf, countsOf, quaysOf } from './harbour-model.js';
import type { Agent, Slot } from './queries.js';

const agent = (id: string, more: Partial<Agent> = {}): Agent =>
  ({ id, pool: 'default', status: 'alive', ...more }) as Agent;
const slot = (agentId: string, slotId: number, state: Slot['state'] = 'idle'): Slot =>
  ({ agentId, slotId, state, pool: 'default' }) as Slot;

describe('the harbour', () => {
  const agents = [
    agent('agent-10'),
    agent('agent-2'),
    agent('lost', { status: 'lost' }),
    agent('b', { pool: 'other' }),
  ];
  const slots = [slot('agent-2', 1, 'running'), slot('agent-2', 2), slot('lost', 1, 'lost')];

  it('has quays in trouble first, then by pool and number', () => {
    expect(quaysOf(agents, slots, {}).map((quay) => quay.agent.id)).toEqual([
      'lost',
      'agent-2',
      'agent-10',
      'b',
    ]);
  });

  it('is narrowed to a pool, to a state of agents, and to a state of slots', () => {
    const ids = (filter: object): string[] => quaysOf(agents, slots, filter).map((quay) => quay.agent.id);
    expect(ids({ pool: 'other' })).toEqual(['b']);
    expect(ids({ state: 'running' })).toEqual(['agent-2']);
    expect(ids({ state: 'lost' })).toEqual(['lost']);
  });

  it('is narrowed to a part of a name, which may be other than the id', () => {
    const named = [...agents, agent('7f3a', { name: 'Mac mini' })];
    const ids = (search: string): string[] => quaysOf(named, slots, { search }).map((quay) => quay.agent.id);
    expect(ids('AGENT-1')).toEqual(['agent-10']);
    expect(ids('mini')).toEqual(['7f3a']);
  });

  it('has a basin for each pool', () => {
    const basins = basinsOf(quaysOf(agents, slots, {}));
    expect(basins.map(({ pool, quays }) => [pool, quays.length])).toEqual([
      ['default', 3],
      ['other', 1],
    ]);
  });

  it('counts its berths', () => {
    expect(countsOf(slots)).toEqual({ idle: 1, running: 1, reserved: 0, lost: 1 });
  });
});
