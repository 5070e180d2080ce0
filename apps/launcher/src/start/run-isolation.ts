import { RUN_ISOLATION, type RunIsolation } from '@berth/domain';
import { z } from 'zod';
import { ApiClient } from './api-client.js';

const agentsSchema = z.object({
  items: z.array(z.object({ isolation: z.enum(RUN_ISOLATION).nullable() })),
});

/** How this installation's agents keep runs apart: the weakest of them counts; null where none says. */
export async function isolationOfRuns(api: {
  apiUrl: string;
  apiKey: string;
  signal: AbortSignal;
}): Promise<RunIsolation | null> {
  const client = new ApiClient(api.apiUrl, api.apiKey, api.signal);
  const { items } = await client.get('/api/v1/agents?present=true', agentsSchema);
  const said = items.map(({ isolation }) => isolation).filter((isolation) => isolation !== null);
  return RUN_ISOLATION.findLast((level) => said.includes(level)) ?? null;
}
