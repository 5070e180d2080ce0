import type { PlannedChanges } from '@berth/domain';
import type { Speaker } from '../speaker.js';
import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { endTask } from './end-task.js';
import { lockTaskOf } from './lock-task.js';

export interface FinishedWork {
  readonly by: Speaker;
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskRow['phase'];
  readonly changes: Partial<PlannedChanges> | null;
  readonly record: object;
  readonly actor: string;
}

/** The apply or the build is done, even where somebody asked too late to stop it. Null means stale. */
export async function finishTask(database: Database, work: FinishedWork): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTaskOf(sql, work.by, work.taskId);
    if (task?.attempt !== work.attempt) {
      return null;
    }
    return endTask(sql, {
      taskId: work.taskId,
      verb: 'finish',
      to: 'succeeded',
      attempt: work.attempt,
      // What an apply counts is less than what its plan did: moves, forgets and outputs stay as they were planned.
      set: work.changes === null ? {} : { changes: { ...task.changes, ...work.changes } },
      record: { phase: work.phase, value: work.record },
      actor: work.actor,
      message: work.phase === 'apply' ? 'applied' : 'finished',
    });
  });
}
