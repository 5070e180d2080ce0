import type { Client, Schemas } from '@berth/client';
import { queryOptions } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';

export type DeadLetterState = Schemas['DeadLetterState'];

export function deadLettersQuery(client: Client, state: DeadLetterState = 'open') {
  return queryOptions({
    queryKey: ['dead-letters', state],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/dead-letters', {
          params: { query: { ...cursor, state, limit: WHOLE_PAGE } },
          signal,
        }),
      ),
  });
}

export function deadLetterQuery(client: Client, id: string) {
  return queryOptions({
    queryKey: ['dead-letters', 'one', id],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/dead-letters/{id}', { params: { path: { id } }, signal }),
  });
}
