import type { Database, Sql } from '../database.js';
import type { SlotRow } from '../entities/index.js';
import type { KeyedListPart } from '../page.js';
import { PRESENT_AGENT } from './read-agents.js';

/** A slot, as people look at it. */
export interface SlotView extends Pick<
  SlotRow,
  'agentId' | 'podName' | 'slotId' | 'state' | 'taskId' | 'attempt' | 'reservedUntil'
> {
  readonly organizationId: string;
  readonly pool: string;
  readonly workspaceId: string | null;
  readonly workspaceName: string | null;
  readonly taskStartedAt: Date | null;
  /** The key of the list. */
  readonly place: string;
}

/** Sorts as the numbers of an agent's slots do. */
const PLACE = "s.agent_id || '/' || lpad(s.slot_id::text, 6, '0')";

/** A task's own start is that of its first work; its phase has begun anew, and was assigned just before. */
const SLOTS = `select s.organization_id as "organizationId", s.agent_id as "agentId", s.pod_name as "podName", s.slot_id as "slotId", p.name as pool, s.state,
    s.task_id as "taskId", s.attempt, s.reserved_until as "reservedUntil", w.id as "workspaceId",
    w.name as "workspaceName", case when s.state = 'running' then t.assigned_at end as "taskStartedAt",
    ${PLACE} as place
  from slots s join pools p on p.id = s.pool_id
  left join tasks t on t.id = s.task_id left join workspaces w on w.id = t.workspace_id`;

const OF_PRESENT_AGENT = ` and exists (
    select from agents a left join agent_heartbeats h on h.agent_id = a.id where a.id = s.agent_id and ${PRESENT_AGENT})`;

/** By agent and number. @param presentOnly leaves out those of agents that have gone */
export async function listSlots(
  database: Database,
  organizationId: string,
  { after, limit }: KeyedListPart,
  presentOnly: boolean,
): Promise<SlotView[]> {
  const present = presentOnly ? OF_PRESENT_AGENT : '';
  return database.rows<SlotView>(
    `${SLOTS} where s.organization_id = $1${present} and ($2::text is null or ${PLACE} > $2) order by place limit $3`,
    [organizationId, after, limit],
  );
}

/** Those of them that are there, whosesoever they are; a slot is called `<agentId>/<slotId>`. */
export async function readSlots(sql: Sql, refs: readonly string[]): Promise<SlotView[]> {
  const places = refs.map((ref) => ref.lastIndexOf('/'));
  return sql.rows<SlotView>(
    `${SLOTS} join unnest($1::text[], $2::int[]) as asked(agent_id, slot_id)
       on asked.agent_id = s.agent_id and asked.slot_id = s.slot_id`,
    [
      refs.map((ref, n) => ref.slice(0, places[n])),
      refs.map((ref, n) => Number(ref.slice((places[n] ?? 0) + 1))),
    ],
  );
}
