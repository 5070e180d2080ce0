import { isAttentionNeeded, openUnsavedStates, type Database } from '@berth/persistence';
import { ProblemError } from './problem-error.js';

/** @throws ProblemError 409 where a person has to look at the workspace before anything writes in it */
export async function expectNoAttention(database: Database, workspaceId: string): Promise<void> {
  if (await isAttentionNeeded(database, workspaceId)) {
    throw needsAttention(await openUnsavedStates(database, workspaceId));
  }
}

export function needsAttention(unsavedStates: number): ProblemError {
  return new ProblemError(
    409,
    'WORKSPACE_NEEDS_ATTENTION',
    unsavedStates > 0
      ? `${toPush(unsavedStates)} before anything else writes here`
      : 'what an apply did here is unknown: look at the resources and the state, then PATCH the workspace with ' +
          '{"needsAttention": false}',
  );
}

/** What would be lost, or planned and made again, if nobody pushed them. */
export function unsavedStatesOpen(count: number, instead: string): ProblemError {
  return new ProblemError(409, 'UNSAVED_STATES_OPEN', `${toPush(count)} first${instead}`);
}

function toPush(count: number): string {
  const states = count === 1 ? 'a state' : `${count} states`;
  return (
    `terraform could not save ${states} of this workspace: see GET /api/v1/workspaces/:workspace/unsaved-states, and ` +
    'push (POST …/:id/push) or discard (DELETE …/:id) each'
  );
}
