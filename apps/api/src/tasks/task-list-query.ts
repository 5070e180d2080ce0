import { PageQuery, text } from '@berth/contracts';
import { TASK_STATUSES } from '@berth/domain';
import { z } from 'zod';

/** Several states are separated by commas. */
const statuses = z
  .string()
  .transform((value) => value.split(','))
  .pipe(z.array(z.enum(TASK_STATUSES, { error: `must be of ${TASK_STATUSES.join(', ')}` })));

export const TaskListQuery = z.strictObject({
  ...PageQuery.shape,
  status: statuses.optional(),
  workspaceId: text(100).min(1).optional(),
  kind: z.enum(['terraform', 'build']).optional(),
});
export type TaskListQuery = z.infer<typeof TaskListQuery>;
