import type { PlannedChanges } from '@berth/domain';
import type { Speaker } from '../speaker.js';
import type { TaskRow } from '../entities/index.js';
import { endTask } from './end-task.js';
import type { Word } from './take-words.js';

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
export function workFinished(work: FinishedWork): Word {
  return {
    by: work.by,
    taskId: work.taskId,
    take: async (sql, task) => {
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
    },
  };
}
