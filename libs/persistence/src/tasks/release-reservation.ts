import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import type { PersonsMove } from './confirm-task.js';
import { END_RESERVATIONS } from './end-reservations.js';
import { lockTask } from './lock-task.js';

export interface ReservationRelease {
  readonly taskId: string;
  readonly comment: string | null;
  readonly actor: string;
}

/**
 * A person gives the slot of a plan that waits for confirmation to others; the task stays apply_pending. `moved` is
 * false where it has no reservation, or is not apply_pending.
 */
export async function releaseReservation(
  database: Database,
  release: ReservationRelease,
): Promise<PersonsMove | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task: TaskRow | null = await lockTask(sql, release.taskId);
    if (task === null) {
      return null;
    }
    const ended = await sql.rows(
      `with over as materialized (
         select s.agent_id, s.slot_id, s.task_id, t.organization_id, t.attempt, t.status, $2 as actor,
           'was released' as reason, $3::jsonb as data
         from slots s join tasks t on t.id = s.task_id
         where t.id = $1 and s.state = 'reserved' and t.status = 'apply_pending'
         for no key update of s
       ), ${END_RESERVATIONS}
       select 1 from over`,
      [task.id, release.actor, JSON.stringify(release.comment === null ? {} : { comment: release.comment })],
    );
    return { task, moved: ended.length > 0 };
  });
}
