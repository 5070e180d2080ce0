import type { TaskPhase, TaskStatus } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { isAttentionNeeded } from '../workspaces/attention.js';
import { lockTask } from './lock-task.js';
import { moveTask } from './move-task.js';
import { releaseLocked } from './release-task.js';

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
 * where all is as it should be: terraform waits for it. An apply is the last one to be asked whether a person has to look
 * first: a state that could not be saved may have come in since it was claimed.
 */
export async function acceptTask(database: Database, acceptance: Acceptance): Promise<TaskRow | null> {
  const { taskId, attempt, phase, agentId, slotId, sessionId } = acceptance;
  const accepted = await moveTask(database, {
    taskId,
    verb: 'accept',
    to: WORKING[phase],
    attempt,
    owner: { phase, agentId, slotId },
    by: { agentId, sessionId },
    unlessAttention: phase === 'apply',
    set: { sessionId, leaseUntil: null, error: null, stage: 'accepted' },
    setNow: ['startedAt'],
    actor: `agent:${agentId}`,
    message: `accepted by ${agentId}`,
  });
  const task = accepted ?? (await acceptedBefore(database, acceptance));
  if (task === null && phase === 'apply') {
    await waitForAttention(database, acceptance);
  }
  return task;
}

/** The confirmation stands, as does its slot: the apply is claimed again when the person has looked. */
async function waitForAttention(database: Database, acceptance: Acceptance): Promise<void> {
  const { taskId, attempt, agentId, slotId } = acceptance;
  await database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, taskId);
    const isOwners =
      task?.status === 'assigned' &&
      task.attempt === attempt &&
      task.agentId === agentId &&
      task.slotId === slotId &&
      task.phase === 'apply';
    if (isOwners && (await isAttentionNeeded(sql, task.workspaceId))) {
      await releaseLocked(sql, task, {
        taskId,
        attempt,
        delayMs: 0,
        countsAsRetry: false,
        failure: null,
        actor: 'api',
        message: 'not begun: a person has to look at the workspace first',
      });
    }
  });
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
