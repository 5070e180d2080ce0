import { setTimeout as wait } from 'node:timers/promises';
import { SIMPLE_MS, type Database } from '../database.js';
import { pickConfirmed } from './claim-confirmed.js';
import { pickPending, readPoolRooms } from './claim-pending.js';
import { commitAssignments, type Assignment } from './commit-assignments.js';
import type { Found } from './claimable.js';

export interface ClaimOptions {
  /** How many tasks at the most. */
  readonly limit: number;
  /** How long the agent has to accept. */
  readonly leaseSeconds: number;
  /** Confirmed applies and nothing else. */
  readonly onlyApplies?: boolean;
}

/** Each waits for no lock, so another pass finds what was another one's for a moment. */
const PASSES = 6;
const PASS_PAUSE_MS = 4;

/**
 * Takes many runnable tasks at a time: tasks first, then agents and slots for just those, all by index and under locks that
 * are skipped where another one has them; writes both sides of the ownership, commits. An agent's room (`agent_rooms`) is
 * counted by the database itself and locked by whoever fills it, so that two schedulers never count on the same one.
 */
export async function claimTasks(database: Database, options: ClaimOptions): Promise<Assignment[]> {
  const assignments: Assignment[] = [];
  const past: string[] = [];
  for (let pass = 1; ; pass += 1) {
    const limit = options.limit - assignments.length;
    const found = await claimOnce(database, { ...options, limit }, past);
    assignments.push(...found.assignments);
    past.push(...found.held);
    if (!found.more || assignments.length >= options.limit || pass === PASSES) {
      return assignments;
    }
    await wait(PASS_PAUSE_MS * Math.random());
  }
}

async function claimOnce(
  database: Database,
  { limit, leaseSeconds, onlyApplies = false }: ClaimOptions,
  past: readonly string[],
): Promise<Omit<Found, 'picked'> & { assignments: Assignment[] }> {
  let assigned: Promise<Assignment[]> = Promise.resolve([]);
  const found = await database.transaction(SIMPLE_MS, async (sql) => {
    const [applies, pools] = await Promise.all([
      pickConfirmed(sql, limit),
      onlyApplies ? [] : readPoolRooms(sql, limit),
    ]);
    const plans = await pickPending(sql, pools, limit - applies.picked.length, past);
    const picked = [...applies.picked, ...plans.picked];
    if (picked.length > 0) {
      // It leaves with the commit, which fails where it does.
      assigned = commitAssignments(sql, picked, leaseSeconds);
      assigned.catch(() => undefined);
    }
    return { more: applies.more || plans.more, held: plans.held };
  });
  return { ...found, assignments: await assigned };
}
