import type { Client } from '@berth/client';
import { isFinal, may, type Place } from '@berth/domain';
import type { Session } from '../session/session.js';
import type { Run } from './queries.js';

/** What can be done to several runs at once. */
export type ManyDeed = 'confirm' | 'discard' | 'cancel';

/** Why a run is left out; null where it can be done. */
export function whyNot(
  deed: ManyDeed,
  run: Run,
  { access, whoami }: Pick<Session, 'access' | 'whoami'>,
): string | null {
  const place: Place =
    run.workspace === null
      ? { kind: 'organization' }
      : { kind: 'workspace', workspaceId: run.workspace.id, projectId: run.workspace.projectId };
  if (isFinal(run.status)) {
    return `it is over (${run.status})`;
  }
  if (deed === 'cancel') {
    const own =
      run.createdBy === whoami.actor && run.phase === 'plan' && may(access, 'tasks:cancel-own', place);
    const permission = run.kind === 'build' ? 'builds:cancel' : 'tasks:cancel';
    return own || may(access, permission, place) ? null : `you may not cancel it (${permission})`;
  }
  if (run.status !== 'apply_pending') {
    return `no plan of it waits for a person (${run.status.replaceAll('_', ' ')})`;
  }
  if (!may(access, `tasks:${deed}`, place)) {
    return `you may not ${deed} it (tasks:${deed})`;
  }
  const approved = run.approvals?.given.some(({ actor }) => actor === whoami.actor) === true;
  return deed === 'confirm' && approved ? 'you have approved it, and it waits for somebody else' : null;
}

/** Does it to one of them; a confirmation counts for the plan that the list has shown. @throws ApiProblem */
export async function operate(client: Client, deed: ManyDeed, run: Run, comment: string): Promise<void> {
  const params = { path: { id: run.id } };
  const said = comment.trim() === '' ? {} : { comment: comment.trim() };
  if (deed === 'confirm') {
    const hash = run.planHash === null ? {} : { planHash: run.planHash };
    await client.post('/api/v1/tasks/{id}/confirm', { params, body: { ...said, ...hash } });
  } else if (deed === 'discard') {
    await client.post('/api/v1/tasks/{id}/discard', { params, body: said });
  } else {
    await client.post('/api/v1/tasks/{id}/cancel', { params, body: said });
  }
}
