import type { Client, Schemas } from '@berth/client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';

export type Workspace = Schemas['Workspace'];
export type Variable = Schemas['Variable'];
export type EffectiveVariable = Schemas['EffectiveVariable'];
export type StateVersion = Schemas['StateVersion'];

export interface WorkspaceFilter {
  readonly search?: string | undefined;
  readonly project?: string | undefined;
  readonly needsAttention?: string | undefined;
}

export function workspacesQuery(client: Client, filter: WorkspaceFilter) {
  return infiniteQueryOptions({
    queryKey: ['workspaces', 'list', filter],
    queryFn: async ({ signal, pageParam }) => {
      const { search, project, needsAttention } = filter;
      const query = {
        limit: 50,
        ...(search === undefined ? {} : { search }),
        ...(project === undefined ? {} : { project }),
        ...(needsAttention === 'true' ? { needsAttention: 'true' as const } : {}),
        ...(pageParam === null ? {} : { cursor: pageParam }),
      };
      return client.get('/api/v1/workspaces', { params: { query }, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function attentionQuery(client: Client) {
  return queryOptions({
    queryKey: ['workspaces', 'attention'],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces', {
        params: { query: { needsAttention: 'true', limit: WHOLE_PAGE } },
        signal,
      }),
  });
}

export function workspaceQuery(client: Client, idOrName: string) {
  return queryOptions({
    queryKey: ['workspaces', 'one', idOrName],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces/{idOrName}', { params: { path: { idOrName } }, signal }),
  });
}

/** The newest state; null where there is none yet. */
export function stateQuery(client: Client, workspace: string) {
  return queryOptions({
    queryKey: ['workspaces', 'one', workspace, 'state'],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces/{workspace}/state', { params: { path: { workspace } }, signal }),
  });
}

export function effectiveVariablesQuery(client: Client, workspace: string) {
  return queryOptions({
    queryKey: ['workspaces', 'one', workspace, 'effective-variables'],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces/{workspace}/effective-variables', {
        params: { path: { workspace } },
        signal,
      }),
  });
}

export function stateVersionsQuery(client: Client, workspace: string) {
  return infiniteQueryOptions({
    queryKey: ['workspaces', 'one', workspace, 'state-versions'],
    queryFn: async ({ signal, pageParam }) =>
      client.get('/api/v1/workspaces/{workspace}/state-versions', {
        params: {
          path: { workspace },
          query: { limit: 30, ...(pageParam === null ? {} : { cursor: pageParam }) },
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function stateChangesQuery(client: Client, workspace: string, id: string, since: string | undefined) {
  return queryOptions({
    queryKey: ['workspaces', 'one', workspace, 'state-changes', id, since ?? ''],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces/{workspace}/state-versions/{id}/changes', {
        params: { path: { workspace, id }, query: since === undefined ? {} : { since } },
        signal,
      }),
    staleTime: Infinity,
  });
}

export function unsavedStatesQuery(client: Client, workspace: string) {
  return queryOptions({
    queryKey: ['workspaces', 'one', workspace, 'unsaved-states'],
    queryFn: async ({ signal }) =>
      client.get('/api/v1/workspaces/{workspace}/unsaved-states', {
        params: { path: { workspace } },
        signal,
      }),
  });
}

export function projectsQuery(client: Client) {
  return queryOptions({
    queryKey: ['projects'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/projects', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function poolsQuery(client: Client) {
  return queryOptions({
    queryKey: ['pools'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/pools', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function variableSetsQuery(client: Client) {
  return queryOptions({
    queryKey: ['variable-sets'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/variable-sets', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}
