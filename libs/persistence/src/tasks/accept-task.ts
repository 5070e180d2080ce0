import type { TaskPhase, TaskStatus } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { lockTask } from './lock-task.js';
import { moveTask } from './move-task.js';

export interface Acceptance {
  readonly taskId: string;
  readonly attempt: number;
  readonly agentId: string;
  readonly slotId: number;
  readonly sessionId: string;
}

const WORKING: Record<TaskPhase, TaskStatus> = { plan: 'planning', apply: 'applying', build: 'running' };

/** The owner takes its task. Accepting again in the same session gives the same answer; null means stale. */
export async function acceptTask(database: Database, acceptance: Acceptance): Promise<TaskRow | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, acceptance.taskId);
    if (
      task?.attempt !== acceptance.attempt ||
      task.agentId !== acceptance.agentId ||
      task.slotId !== acceptance.slotId
    ) {
      return null;
    }
    const working = WORKING[task.phase];
    if (task.status === working && task.sessionId === acceptance.sessionId) {
      return task;
    }
    return moveTask(sql, {
      taskId: task.id,
      verb: 'accept',
      to: working,
      attempt: acceptance.attempt,
      set: { sessionId: acceptance.sessionId, leaseUntil: null, error: null, stage: 'accepted' },
      setNow: task.startedAt === null ? ['startedAt'] : [],
      actor: `agent:${acceptance.agentId}`,
      message: `accepted by ${acceptance.agentId}`,
    });
  });
}
