import { grouped } from '../page/grouped.js';
import type { Agent, Slot } from './queries.js';

/** An agent with its slots, as a quay with its berths. */
export interface Quay {
  readonly agent: Agent;
  readonly berths: readonly Slot[];
}

/** The quays of a pool. */
export interface Basin {
  readonly pool: string;
  readonly quays: readonly Quay[];
}

export interface HarbourFilter {
  readonly pool?: string | undefined;
  readonly state?: string | undefined;
  /** A part of an agent's name. */
  readonly search?: string | undefined;
}

const ORDER: readonly Agent['status'][] = ['lost', 'suspect', 'draining', 'alive', 'stopped'];

/** Quays, those in trouble first, then by pool and name. */
export function quaysOf(agents: readonly Agent[], slots: readonly Slot[], filter: HarbourFilter): Quay[] {
  const byAgent = grouped(slots, ({ agentId }) => agentId);
  return agents
    .map((agent) => ({ agent, berths: byAgent.get(agent.id) ?? [] }))
    .filter(
      ({ agent, berths }) =>
        (filter.pool === undefined || agent.pool === filter.pool) &&
        (filter.search === undefined || nameOf(agent).toLowerCase().includes(filter.search.toLowerCase())) &&
        (filter.state === undefined ||
          agent.status === filter.state ||
          berths.some(({ state }) => state === filter.state)),
    )
    .sort(
      (one, other) =>
        ORDER.indexOf(one.agent.status) - ORDER.indexOf(other.agent.status) ||
        one.agent.pool.localeCompare(other.agent.pool) ||
        one.agent.id.localeCompare(other.agent.id, undefined, { numeric: true }),
    );
}

/** What an agent is called. */
export function nameOf({ id, name }: Agent): string {
  return name ?? id;
}

/** Quays by pool, in the order of the pools' names. */
export function basinsOf(quays: readonly Quay[]): Basin[] {
  return [...grouped(quays, ({ agent }) => agent.pool)]
    .map(([pool, of]) => ({ pool, quays: of }))
    .sort((one, other) => one.pool.localeCompare(other.pool));
}

/** How many slots are in which state. */
export function countsOf(slots: readonly Slot[]): Readonly<Record<Slot['state'], number>> {
  const counts = { idle: 0, running: 0, reserved: 0, lost: 0 };
  slots.forEach(({ state }) => {
    counts[state] += 1;
  });
  return counts;
}
