import { queryInt4 } from '@berth/contracts';
import { z } from 'zod';

export const AttemptQuery = z.object({ attempt: queryInt4(1) });
export type AttemptQuery = z.infer<typeof AttemptQuery>;
