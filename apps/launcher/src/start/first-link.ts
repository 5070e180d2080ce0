import { z } from 'zod';
import { ApiClient, ApiRefusal } from './api-client.js';

const CONFLICT = 409;
const linkSchema = z.object({ url: z.string() });

/** A new one-time link for the first owner; null where there is one already. */
export async function firstOwnersLink(api: {
  apiUrl: string;
  apiKey: string;
  signal: AbortSignal;
}): Promise<string | null> {
  try {
    const client = new ApiClient(api.apiUrl, api.apiKey, api.signal);
    return (await client.post('/api/v1/sign-in-links', {}, linkSchema)).url;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === CONFLICT) {
      return null;
    }
    throw error;
  }
}
