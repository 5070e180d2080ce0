import type { Client } from '@berth/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Run } from '../runs/queries.js';
import { useSession } from '../session/session.js';

/** What a person may do to a run. */
export type Deed = 'confirm' | 'discard' | 'cancel' | 'force-cancel' | 'retry' | 'release-reservation';

export interface DeedOptions {
  readonly comment?: string;
  /** Of a confirmation: the plan that was read. */
  readonly planHash?: string;
}

/** Does it. @throws ApiProblem where it is refused */
export async function doTo(
  client: Client,
  deed: Deed,
  id: string,
  { comment, planHash }: DeedOptions = {},
): Promise<Run> {
  const params = { path: { id } };
  const said = comment === undefined || comment.trim() === '' ? {} : { comment: comment.trim() };
  switch (deed) {
    case 'confirm':
      return client.post('/api/v1/tasks/{id}/confirm', {
        params,
        body: { ...said, ...(planHash === undefined ? {} : { planHash }) },
      });
    case 'discard':
      return client.post('/api/v1/tasks/{id}/discard', { params, body: said });
    case 'cancel':
      return client.post('/api/v1/tasks/{id}/cancel', { params, body: said });
    case 'force-cancel':
      return client.post('/api/v1/tasks/{id}/force-cancel', { params, body: said });
    case 'retry':
      return client.post('/api/v1/tasks/{id}/retry', { params, body: said });
    case 'release-reservation':
      return client.post('/api/v1/tasks/{id}/release-reservation', { params, body: said });
  }
}

/** A deed on one run, whose answer is what the page shows next. */
export function useDeed(run: Run) {
  const { client } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ deed, ...options }: { deed: Deed } & DeedOptions) =>
      doTo(client, deed, run.id, options),
    onSuccess: (after) => {
      queries.setQueryData(['task', after.id], after);
    },
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['task', run.id] });
      void queries.invalidateQueries({ queryKey: ['tasks'] });
    },
  });
}
