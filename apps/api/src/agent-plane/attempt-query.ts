import { z } from 'zod';

export const AttemptQuery = z.object({ attempt: z.coerce.number().int().min(1) });
export type AttemptQuery = z.infer<typeof AttemptQuery>;
