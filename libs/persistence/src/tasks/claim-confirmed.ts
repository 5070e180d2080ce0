import type { Sql } from '../database.js';
import { prepared } from '../statement.js';
import { DUE, HOLD_AGENT, MAY_APPLY, STATE_FREE, TAKES_TASKS, type Found } from './claimable.js';
import type { Picked } from './commit-assignments.js';

/**
 * Confirmed applies come first: each has its reserved slot, and a person waits. Those of agents without room are left
 * out before the limit, or enough of them would hide the other agents' ones; so are those of workspaces that a person
 * has to look at first, and of those whose state somebody else has locked: they keep their slots.
 */
const HEADS = prepared(
  `select t.id from tasks t
     join agent_rooms r on r.agent_id = t.agent_id and r.running < r.concurrency
     join agents a on a.id = t.agent_id and ${TAKES_TASKS}
   where t.status = 'apply_queued' and ${DUE} and ${MAY_APPLY} and ${STATE_FREE}
   order by t.confirmed_at, t.id limit $1 for no key update of t skip locked`,
);

const PLACES = prepared(
  `select h.id as "taskId", s.agent_id as "agentId", s.pod_name as "podName", s.slot_id as "slotId",
     r.concurrency - r.running as room
   from unnest($1::uuid[]) with ordinality as h(id, turn)
     join slots s on s.task_id = h.id and s.state = 'reserved'
     join agent_rooms r on r.agent_id = s.agent_id and r.running < r.concurrency
     join agents a on a.id = s.agent_id and ${TAKES_TASKS}
   order by h.turn for no key update of s skip locked ${HOLD_AGENT}`,
);

/** Confirmed applies with their slots, locked with their agents' rooms. */
export async function pickConfirmed(sql: Sql, limit: number): Promise<Found> {
  const heads = await sql.rows<{ id: string }>(HEADS, [limit]);
  if (heads.length === 0) {
    return { picked: [], more: false, held: [] };
  }
  const places = await sql.rows<Picked & { readonly room: number }>(PLACES, [heads.map(({ id }) => id)]);
  const taken = new Map<string, number>();
  const picked = places.filter(({ agentId, room }) => {
    const before = taken.get(agentId) ?? 0;
    taken.set(agentId, before + 1);
    return before < room;
  });
  return { picked, more: places.length < heads.length, held: [] };
}
