import type { Client } from '@berth/client';
import { queryOptions } from '@tanstack/react-query';

/** What the installation is: its version, its limits, where its traces are. */
export function installationQuery(client: Client) {
  return queryOptions({
    queryKey: ['installation'],
    queryFn: async ({ signal }) => client.get('/api/v1/installation', { signal }),
    staleTime: Infinity,
  });
}
