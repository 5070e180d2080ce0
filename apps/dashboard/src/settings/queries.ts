import type { Client } from '@berth/client';
import { queryOptions } from '@tanstack/react-query';
import { allPages, WHOLE_PAGE } from '../session/all-pages.js';

export function membersQuery(client: Client) {
  return queryOptions({
    queryKey: ['members'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/members', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function teamsQuery(client: Client) {
  return queryOptions({
    queryKey: ['teams'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/teams', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function teamMembersQuery(client: Client, team: string) {
  return queryOptions({
    queryKey: ['teams', team, 'members'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/teams/{team}/members', {
          params: { path: { team }, query: { ...cursor, limit: WHOLE_PAGE } },
          signal,
        }),
      ),
  });
}

export function grantsQuery(client: Client) {
  return queryOptions({
    queryKey: ['grants'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/grants', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function serviceKeysQuery(client: Client) {
  return queryOptions({
    queryKey: ['service-keys'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/keys', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function userKeysQuery(client: Client) {
  return queryOptions({
    queryKey: ['account', 'keys'],
    queryFn: async ({ signal }) =>
      allPages(async (cursor) =>
        client.get('/api/v1/account/keys', { params: { query: { ...cursor, limit: WHOLE_PAGE } }, signal }),
      ),
  });
}

export function sessionsQuery(client: Client) {
  return queryOptions({
    queryKey: ['account', 'sessions'],
    queryFn: async ({ signal }) => client.get('/api/v1/account/sessions', { signal }),
  });
}
