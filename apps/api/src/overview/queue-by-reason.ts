import type { Overview } from '@berth/contracts';
import { waitingReason, type WaitingFacts } from '@berth/domain';
import type { WaitingTask } from '@berth/persistence';

/** How many tasks wait for what, pool by pool; a task that has started meanwhile is not among them. */
export function queueByReason(
  tasks: readonly WaitingTask[],
  facts: ReadonlyMap<string, WaitingFacts>,
): Overview['queue'] {
  const queue = new Map<string, Overview['queue'][number]>();
  for (const { id, since } of tasks) {
    const known = facts.get(id);
    const reason = known === undefined ? null : waitingReason(known);
    if (known === undefined || reason === null) {
      continue;
    }
    const pool = known.pool.name;
    const { code } = reason;
    const at = since.toISOString();
    const before = queue.get(`${pool} ${code}`) ?? { pool, code, tasks: 0, oldestAt: at };
    const oldestAt = at < before.oldestAt ? at : before.oldestAt;
    queue.set(`${pool} ${code}`, { pool, code, tasks: before.tasks + 1, oldestAt });
  }
  return [...queue.values()].sort((one, other) => (one.oldestAt < other.oldestAt ? -1 : 1));
}
