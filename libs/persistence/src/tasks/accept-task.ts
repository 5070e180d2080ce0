import type { TaskPhase, TaskStatus } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { toEntity, type RawRow } from '../rows.js';
import { keepPlanInputs } from '../plans/plan-inputs.js';
import { isAttentionNeeded } from '../workspaces/attention.js';
import { lockTask } from './lock-task.js';
import { moveTask, type Move } from './move-task.js';
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
  const accepted =
    (await moveTask(database, moveOf(acceptance))) ?? (await acceptedBefore(database, acceptance));
  if (accepted === null && acceptance.phase === 'apply') {
    await waitForAttention(database, acceptance);
  }
  return accepted;
}

/** What is made of an accepted plan, and what is kept of that for its apply. */
export interface AcceptedPlan<T> {
  readonly made: T;
  readonly sealedInputs: Buffer;
}

/**
 * The same of many tasks that are to be planned, in one transaction: `read` asks for what each is made from, and what `make`
 * gives to be kept is committed with the acceptance. Null of one that `acceptTask` has to take by itself: it is stale,
 * accepted before, or somebody holds it. Where anything is wrong with one of them, nothing is done.
 */
export async function acceptTasks<R, T>(
  database: Database,
  acceptances: readonly Acceptance[],
  read: (sql: Sql, taskId: string) => Promise<R>,
  make: (task: TaskRow, read: R) => AcceptedPlan<T>,
): Promise<(T | null)[]> {
  const ids = acceptances.map(({ taskId }) => taskId);
  return database.transaction(SIMPLE_MS, async (sql) => {
    const accepted = await Promise.all(
      acceptances.map(async (acceptance, index) => {
        const { taskId, attempt } = acceptance;
        if (ids.indexOf(taskId) !== index) {
          return null;
        }
        const [task, facts] = await Promise.all([
          moveTask(sql, { ...moveOf(acceptance), skipsHeld: true }),
          read(sql, taskId),
        ]);
        return task === null ? null : { taskId, attempt, ...make(task, facts) };
      }),
    );
    const plans = accepted.filter((one) => one !== null);
    if (plans.length > 0) {
      // It leaves with the commit, which fails where it does.
      keepPlanInputs(sql, plans).catch(() => undefined);
    }
    return accepted.map((one) => one?.made ?? null);
  });
}

function moveOf({ taskId, attempt, phase, agentId, slotId, sessionId }: Acceptance): Move {
  return {
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
  };
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

async function acceptedBefore(sql: Sql, acceptance: Acceptance): Promise<TaskRow | null> {
  const { taskId, attempt, phase, agentId, slotId, sessionId } = acceptance;
  const [row] = await sql.rows<RawRow>('select * from tasks where id = $1', [taskId]);
  const task = row === undefined ? null : toEntity<TaskRow>(row);
  const isSame =
    task?.attempt === attempt &&
    task.agentId === agentId &&
    task.slotId === slotId &&
    task.status === WORKING[phase] &&
    task.sessionId === sessionId;
  return isSame ? task : null;
}
