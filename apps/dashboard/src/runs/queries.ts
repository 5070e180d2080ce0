import type { Client, Schemas } from '@berth/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';

export type Run = Schemas['Task'];
export type RunEvent = Schemas['TaskEvent'];
export type Plan = Schemas['PlanDocument'];

/** What a list of runs is narrowed to; it lives in the page's address. */
export interface RunFilter {
  readonly status?: string | undefined;
  readonly operation?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly project?: string | undefined;
  readonly search?: string | undefined;
  readonly kind?: 'terraform' | 'build' | undefined;
  readonly waitsForMe?: boolean | undefined;
}

const PAGE = 50;

export function runQuery(client: Client, id: string) {
  return queryOptions({
    queryKey: ['task', id],
    queryFn: async ({ signal }) => client.get('/api/v1/tasks/{id}', { params: { path: { id } }, signal }),
  });
}

/** The whole timeline. */
export function runEventsQuery(client: Client, id: string) {
  return queryOptions({
    queryKey: ['task', id, 'events'],
    queryFn: async ({ signal }): Promise<RunEvent[]> => {
      const events: RunEvent[] = [];
      let cursor: string | null = '0';
      while (cursor !== null) {
        const page: { items: RunEvent[]; nextCursor: string | null } = await client.get(
          '/api/v1/tasks/{id}/events',
          { params: { path: { id }, query: { cursor } }, signal },
        );
        events.push(...page.items);
        cursor = page.nextCursor;
      }
      return events;
    },
  });
}

/** A plan never changes: it is kept by its hash. */
export function planQuery(client: Client, id: string, hash: string | null) {
  return queryOptions({
    queryKey: ['plan', id, hash],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/tasks/{id}/plan', { params: { path: { id } }, signal }),
    enabled: hash !== null,
    staleTime: Infinity,
  });
}

export function runsQuery(client: Client, filter: RunFilter, limit = PAGE) {
  const given = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  );
  return infiniteQueryOptions({
    queryKey: ['tasks', 'list', given, limit],
    queryFn: async ({ signal, pageParam }) =>
      client.get('/api/v1/tasks', {
        params: { query: { ...given, limit, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Runs whose plan the person who asks may confirm and has not. */
export function waitingForMe(client: Client) {
  return queryOptions({
    queryKey: ['tasks', 'waiting-for-me'],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/tasks', { params: { query: { waitsForMe: 'true', limit: 100 } }, signal }),
  });
}
