import { describe, expect, it } from '@jest/globals';
import { countsOf, quaysOf } from './harbour-model.js';
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

  it('counts its berths', () => {
    expect(countsOf(slots)).toEqual({ idle: 1, running: 1, reserved: 0, lost: 1 });
  });
});
