import { acceptTask, claimTasks, finishPlan, type Assignment, type Database } from '@berth/persistence';
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
