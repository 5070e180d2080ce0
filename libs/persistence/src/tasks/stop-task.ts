import { isFinal, isWorking, TASK_TRANSITIONS, type TaskVerb } from '@berth/domain';
import { SIMPLE_MS, type Database, type Sql } from '../database.js';
import type { StopRequest, TaskRow } from '../entities/index.js';
import type { PersonsMove } from './confirm-task.js';
import { doubtApply } from '../workspaces/attention.js';
import { endTask } from './end-task.js';
import { lockTask } from './lock-task.js';

export interface Stop {
  readonly taskId: string;
  readonly request: StopRequest;
  readonly comment: string | null;
  readonly actor: string;
}

/** `agentMustStop`: an agent is at work and has to be told. */
export interface StopAnswer extends PersonsMove {
  readonly agentMustStop: boolean;
}

/**
 * A person wants the task to end. What no agent works on ends at once; otherwise the wish is written down, and the
 * agent's report that it stopped ends the task. A force-cancel ends it without waiting for the agent, and so does a
 * second cancel.
 */
export async function stopTask(database: Database, stop: Stop): Promise<StopAnswer | null> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, stop.taskId);
    if (task === null) {
      return null;
    }
    const verb: TaskVerb = stop.request === 'discard' ? 'discard' : 'cancel';
    if (TASK_TRANSITIONS[task.status][verb] === undefined) {
      return { task, moved: false, agentMustStop: false };
    }
    const working = isWorking(task.status) && !(await isWorkers(sql, task));
    const request = (await insists(sql, task, stop)) ? 'force_cancel' : stop.request;
    if (working && request !== 'force_cancel') {
      return { task: await writeDownStop(sql, task, stop), moved: true, agentMustStop: true };
    }
    const ended = await endStopped(sql, task, { ...stop, request });
    return { task: ended ?? task, moved: ended !== null, agentMustStop: working };
  });
}

/** Ends a locked task as the person wished who asked for the stop. */
export async function endStopped(
  sql: Sql,
  task: TaskRow,
  stop: Pick<Stop, 'request' | 'comment' | 'actor'> & { record?: { phase: TaskRow['phase']; value: object } },
): Promise<TaskRow | null> {
  if (isFinal(task.status)) {
    return null;
  }
  const discard = stop.request === 'discard';
  if (task.status === 'applying' && stop.request === 'force_cancel') {
    await doubtApply(sql, task);
  }
  return endTask(sql, {
    taskId: task.id,
    verb: discard ? 'discard' : 'cancel',
    to: discard ? 'discarded' : 'cancelled',
    attempt: task.attempt,
    set: { stopRequested: stop.request },
    ...(stop.record === undefined ? {} : { record: stop.record }),
    actor: stop.actor,
    message: stop.request === 'force_cancel' ? 'cancelled by force' : discard ? 'discarded' : 'cancelled',
    data: stop.comment === null ? {} : { comment: stop.comment },
  });
}

/** A polling worker cannot be told: its build ends at once, and what it still sends is refused. */
async function isWorkers(sql: Sql, task: TaskRow): Promise<boolean> {
  if (task.kind !== 'build') {
    return false;
  }
  const workers = await sql.rows("select 1 from agents where id = $1 and kind = 'worker'", [task.agentId]);
  return workers.length === 1;
}

/** Two within this time are one that was clicked twice, or repeated because its answer was lost. */
const SAME_CANCEL = "interval '5 seconds'";

/** A person cancels what was cancelled a while ago and goes on nevertheless. */
async function insists(sql: Sql, task: TaskRow, { request }: Stop): Promise<boolean> {
  if (request !== 'cancel' || task.stopRequested !== 'cancel') {
    return false;
  }
  const [first] = await sql.rows<{ isOld: boolean }>(
    `select min(at) < clock_timestamp() - ${SAME_CANCEL} as "isOld" from task_events
     where task_id = $1 and attempt = $2 and event = 'stop_requested'`,
    [task.id, task.attempt],
  );
  return first?.isOld === true;
}

async function writeDownStop(sql: Sql, task: TaskRow, stop: Stop): Promise<TaskRow> {
  await sql.rows('update tasks set stop_requested = $2, stage = $3 where id = $1', [
    task.id,
    stop.request,
    'stopping',
  ]);
  await sql.rows(
    `insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
     values ($1, $2, 'stop_requested', $3, $3, $4, $5, $6, $7::jsonb)`,
    [
      task.organizationId,
      task.id,
      task.status,
      task.attempt,
      stop.actor,
      `asked the agent to stop (${stop.request})`,
      JSON.stringify(stop.comment === null ? {} : { comment: stop.comment }),
    ],
  );
  return Object.assign(task, { stopRequested: stop.request, stage: 'stopping' });
}
