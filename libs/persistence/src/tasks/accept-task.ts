import type { TaskPhase, TaskStatus } from '@berth/domain';
import type { Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { moveTask } from './move-task.js';

export interface Acceptance {
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  readonly agentId: string;
  readonly slotId: number;
  readonly sessionId: string;
}

const WORKING: Record<TaskPhase, TaskStatus> = { plan: 'planning', apply: 'applying', build: 'running' };

/**
 * The owner takes its task. Accepting again in the same session gives the same answer; null means stale. One statement
 * where all is as it should be: terraform waits for it.
 */
export async function acceptTask(database: Database, acceptance: Acceptance): Promise<TaskRow | null> {
  const { taskId, attempt, phase, agentId, slotId, sessionId } = acceptance;
  const accepted = await moveTask(database, {
    taskId,
    verb: 'accept',
    to: WORKING[phase],
    attempt,
    owner: { phase, agentId, slotId },
    set: { sessionId, leaseUntil: null, error: null, stage: 'accepted' },
    setNow: ['startedAt'],
    actor: `agent:${agentId}`,
    message: `accepted by ${agentId}`,
  });
  return accepted ?? acceptedBefore(database, acceptance);
}

async function acceptedBefore(database: Database, acceptance: Acceptance): Promise<TaskRow | null> {
  const { taskId, attempt, phase, agentId, slotId, sessionId } = acceptance;
  const [row] = await database.rows<RawRow>('select * from tasks where id = $1', [taskId]);
  const task = row === undefined ? null : toEntity<TaskRow>(row);
  const isSame =
    task?.attempt === attempt &&
    task.agentId === agentId &&
    task.slotId === slotId &&
    task.status === WORKING[phase] &&
    task.sessionId === sessionId;
  return isSame ? task : null;
}
