import { DeadLetterStateField, PageQuery } from '@berth/contracts';
import { z } from 'zod';

export const DeadLetterListQuery = z.strictObject({
  ...PageQuery.shape,
  state: DeadLetterStateField.default('open'),
});
export type DeadLetterListQuery = z.infer<typeof DeadLetterListQuery>;
