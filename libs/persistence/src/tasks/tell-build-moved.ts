import { isFinal, type BuildLogLevel, type TaskVerb } from '@berth/domain';
import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { appendOwnLine } from '../logs/append-own-line.js';

/** What a build's own log says of a move; the moves that its worker speaks of itself are left out. */
const TOLD: Partial<Record<TaskVerb, (why: string) => readonly [BuildLogLevel, string]>> = {
  release: (why) => ['warn', `Given back to the queue: ${why}`],
  retry: (why) => ['warn', `Given back to the queue: ${why}`],
  fail: (why) => ['error', `Build failed: ${why}`],
  cancel: () => ['info', 'Build cancelled by user'],
  discard: () => ['info', 'Build discarded'],
  finish: () => ['info', 'Build completed'],
};

/** A build for workers has moved: its log says so, and what opened it to the machine of an attempt that is over is gone. */
export async function tellBuildMoved(
  sql: Sql,
  task: TaskRow,
  move: { readonly verb: TaskVerb; readonly message: string },
): Promise<void> {
  if (task.platform === null) {
    return;
  }
  if (task.status === 'pending' || isFinal(task.status)) {
    await sql.rows('delete from build_machines where task_id = $1', [task.id]);
  }
  const told = TOLD[move.verb]?.(move.message);
  if (told !== undefined) {
    await appendOwnLine(sql, task, ...told);
  }
}
