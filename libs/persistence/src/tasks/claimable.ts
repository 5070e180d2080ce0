import { ISOLATED_ENOUGH } from '../pools/isolated-enough.js';
import type { Picked } from './commit-assignments.js';

/** What one pass has found. */
export interface Found {
  readonly picked: readonly Picked[];
  /** There may be more at once: another claim had the rows, or a pool has more tasks than its share. */
  readonly more: boolean;
  /** Agents that have room and whose slots somebody else holds: the next pass goes past them. */
  readonly held: readonly string[];
}

/** Times are stored in whole milliseconds and rounded up: a task may be due half a millisecond from now. */
export const DUE = "run_after <= now() + interval '1 millisecond'";

/** Of a confirmed task `t`: no person has to look at its workspace first. */
export const MAY_APPLY =
  'not exists (select 1 from workspaces w where w.id = t.workspace_id and w.needs_attention)';

/**
 * Of a task `t`: nobody else holds the lock of the state that it would write. An anti-join by the key of the locks, of
 * which there are hardly any; a task that only plans is never asked.
 */
export const STATE_FREE = `not exists (
  select 1 from state_locks l where l.workspace_id = t.workspace_id and t.writing and l.task_id is distinct from t.id)`;

/**
 * Of an agent `a`: it is not unwell now, or its pool is none of those, by the parameter, that have agents who are not. After
 * that time it is tried with one task.
 */
export const wellEnough = (poolsWithWell: string): string =>
  `(a.unwell_since is null or a.unwell_until <= now() or a.pool_id <> all (${poolsWithWell}))`;
/** Of such an agent: it is tried. */
export const onTrial = (poolsWithWell: string): string =>
  `(a.unwell_since is not null and a.pool_id = any (${poolsWithWell}))`;

/** Of an agent `a`: it may be given tasks. */
export const TAKES_TASKS = `a.status = 'alive' and a.kind = 'agent' and ${ISOLATED_ENOUGH}`;

/**
 * Of an agent's room `r` and its row `a`, in this order: nobody else fills it, and nobody declares it lost meanwhile.
 */
export const HOLD_AGENT = 'for no key update of r skip locked for share of a skip locked';
