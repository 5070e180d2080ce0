import type { Client, Schemas } from '@berth/client';
import { queryOptions } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';

export type Agent = Schemas['Agent'];
export type Slot = Schemas['Slot'];

/** Agents that are there, or were until a moment ago. */
export function agentsQuery(client: Client) {
  return queryOptions({
    queryKey: ['agents'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/agents', {
          params: { query: { ...cursor, present: 'true', limit: WHOLE_PAGE } },
          signal,
        }),
      ),
  });
}

export function slotsQuery(client: Client) {
  return queryOptions({
    queryKey: ['slots'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/slots', {
          params: { query: { ...cursor, present: 'true', limit: WHOLE_PAGE } },
          signal,
        }),
      ),
  });
}

export function overviewQuery(client: Client) {
  return queryOptions({
    queryKey: ['overview'],
    queryFn: async ({ signal }) => client.get('/api/v1/overview', { signal }),
    refetchInterval: 30_000,
  });
}
