import { acceptTask, claimTasks, confirmTask, type Assignment, type Database } from '@berth/persistence';
import { finishPlan } from './its-agent.js';
import type { Fleet } from './fleet.js';

/** Claims what can be claimed. */
export async function claim(database: Database): Promise<Assignment[]> {
  return claimTasks(database, { limit: 100, leaseSeconds: 30 });
}

export async function accept(database: Database, assignment: Assignment): Promise<void> {
  const [agent] = await database.rows<{ sessionId: string }>(
    'select session_id as "sessionId" from agents where id = $1',
    [assignment.agentId],
  );
  const task = await acceptTask(database, { ...assignment, sessionId: agent?.sessionId ?? '' });
  if (task === null) {
    throw new Error(`${assignment.agentId} could not accept task ${assignment.taskId}`);
  }
}

/** The plan of an accepted assignment has changes. */
export async function finishWithChanges(database: Database, assignment: Assignment): Promise<void> {
  const task = await finishPlan(database, {
    taskId: assignment.taskId,
    attempt: assignment.attempt,
    planHash: 'a'.repeat(64),
    hasChanges: true,
    changes: { add: 1, change: 0, destroy: 0 },
    record: {},
    reservationSeconds: 60,
    actor: `agent:${assignment.agentId}`,
  });
  if (task === null) {
    throw new Error(`task ${assignment.taskId} is not planning`);
  }
}

/** A new task of a new workspace that has planned in an idle slot and waits for a person. */
export async function plannedTask(database: Database, fleet: Fleet): Promise<string> {
  const { id } = await fleet.task(await fleet.workspace(), 'plan_and_apply');
  const assignment = (await claim(database)).find((one) => one.taskId === id);
  if (assignment === undefined) {
    throw new Error(`task ${id} was not claimed`);
  }
  await accept(database, assignment);
  await finishWithChanges(database, assignment);
  return id;
}

export interface BegunApply {
  readonly phase: 'apply';
  readonly taskId: string;
  readonly workspaceId: string;
  readonly attempt: number;
  readonly agentId: string;
}

/** The apply of a planned task has begun. */
export async function beginApply(database: Database, taskId: string): Promise<BegunApply> {
  await confirmTask(database, {
    taskId,
    planHash: null,
    comment: null,
    actor: 'user:test',
    principal: 'key:test',
    isPerson: false,
  });
  const assignment = (await claim(database)).find((one) => one.taskId === taskId);
  if (assignment === undefined) {
    throw new Error(`the apply of task ${taskId} was not claimed`);
  }
  await accept(database, assignment);
  const [task] = await database.rows<{ workspaceId: string }>(
    'select workspace_id as "workspaceId" from tasks where id = $1',
    [taskId],
  );
  const { attempt, agentId } = assignment;
  return { phase: 'apply', taskId, workspaceId: task?.workspaceId ?? '', attempt, agentId };
}
