import { randomUUID } from 'node:crypto';
import {
  keepUnsavedState,
  newestState,
  pushUnsavedState,
  stopTask,
  writeState,
  type Database,
  type StateCaller,
} from '@berth/persistence';
import { reportFailure } from './its-agent.js';
import { LIMITS, loseSilentAgents, RETRY, type Fleet } from './fleet.js';
import {
  accept,
  beginApply,
  claim,
  finishWithChanges,
  plannedTask,
  type BegunApply,
} from './planned-task.js';

const CONTENT = { lineage: 'x', sha256: 'x', sizeBytes: 1, sealedContent: Buffer.from('x') };

/** An apply of a new workspace whose agent is then taken for lost. */
export async function lostApply(database: Database, fleet: Fleet): Promise<BegunApply> {
  await fleet.agent('lost', 1);
  const lost = await beginApply(database, await plannedTask(database, fleet));
  await database.rows("update agent_heartbeats set at = now() - interval '1 minute' where agent_id = 'lost'");
  const gone = await loseSilentAgents(database, LIMITS, RETRY);
  if (!gone.includes('lost')) {
    throw new Error('the agent was not taken for lost');
  }
  return lost;
}

/** The apply of a new task of a workspace in which one of its kind may begin. */
export async function nextApply(database: Database, fleet: Fleet, workspaceId: string): Promise<BegunApply> {
  const { id } = await fleet.task(workspaceId, 'plan_and_apply');
  const assignment = (await claim(database)).find((one) => one.taskId === id);
  if (assignment === undefined) {
    throw new Error(`task ${id} was not claimed`);
  }
  await accept(database, assignment);
  await finishWithChanges(database, assignment);
  return beginApply(database, id);
}

/** It ends, and its workspace's state may be behind what it did. */
export async function failInDoubt(database: Database, apply: BegunApply, code: string): Promise<void> {
  const failed = await reportFailure(
    database,
    {
      taskId: apply.taskId,
      attempt: apply.attempt,
      failure: { code, class: 'permanent', message: code },
      interrupted: false,
      stopped: false,
      stateInDoubt: true,
      record: {},
      actor: `agent:${apply.agentId}`,
    },
    RETRY,
  );
  if (failed?.status !== 'failed') {
    throw new Error(`task ${apply.taskId} did not fail`);
  }
}

export async function cancelByForce(database: Database, { taskId }: BegunApply): Promise<void> {
  await stopTask(database, { taskId, request: 'force_cancel', comment: null, actor: 'user:test' });
}

/** Its agent hands over the state that it could not save. Gives the id of the kept one. */
export async function keepState(
  database: Database,
  organizationId: string,
  { taskId, attempt, agentId }: BegunApply,
): Promise<string> {
  await keepUnsavedState(database, {
    organizationId,
    taskId,
    attempt,
    agentId,
    serial: 2n,
    fault: null,
    ...CONTENT,
  });
  const [kept] = await database.rows<{ id: string }>('select id from unsaved_states where task_id = $1', [
    taskId,
  ]);
  if (kept === undefined) {
    throw new Error(`the state of task ${taskId} was not kept`);
  }
  return kept.id;
}

/** Writes a state for a person, or for the attempt of a task. Gives how that went. */
export async function writeStateOf(
  database: Database,
  organizationId: string,
  workspaceId: string,
  task: StateCaller['task'],
): Promise<string> {
  const newest = await newestState(database, workspaceId);
  const { outcome } = await writeState(database, {
    organizationId,
    workspaceId,
    caller: { actor: task === null ? 'user:test' : `task:${task.taskId}`, task },
    lockId: null,
    writer: task === null ? 'terraform' : 'run',
    ...CONTENT,
    // A person's may be any higher one, and is also where another state was written in this moment.
    serial: BigInt(newest?.serial ?? 0) + (task === null ? 10n : 1n),
    sha256: randomUUID(),
  });
  return outcome;
}

/** A person pushes it, having seen this version as the newest one. Gives how that went. */
export async function pushState(
  database: Database,
  organizationId: string,
  workspaceId: string,
  id: string,
  seenNumber: string | null,
): Promise<string> {
  const { outcome } = await pushUnsavedState(database, {
    id,
    organizationId,
    workspaceId,
    actor: 'user:test',
    seenNumber,
    version: { serial: 3n, ...CONTENT },
  });
  return outcome;
}

export async function needsAttention(database: Database, workspaceId: string): Promise<boolean> {
  const [row] = await database.rows<{ needed: boolean }>(
    'select needs_attention as needed from workspaces where id = $1',
    [workspaceId],
  );
  return row?.needed === true;
}
