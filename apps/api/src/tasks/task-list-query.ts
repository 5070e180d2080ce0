import { PageQuery, text } from '@berth/contracts';
import { TASK_OPERATIONS, TASK_STATUSES } from '@berth/domain';
import { z } from 'zod';

/** Several of them are separated by commas. */
function someOf<T extends string>(words: readonly T[]) {
  return z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(words, { error: `must be of ${words.join(', ')}` })));
}

export const TaskListQuery = z.strictObject({
  ...PageQuery.shape,
  status: someOf(TASK_STATUSES).optional(),
  operation: someOf(TASK_OPERATIONS).optional(),
  /** Id or name. */
  workspaceId: text(100).min(1).optional(),
  /** Id or name. */
  project: text(200).min(1).optional(),
  kind: z.enum(['terraform', 'build']).optional(),
  /** In the message or the name of the workspace, whatever the case. */
  search: text(200).min(1).optional(),
  /** Only plans that the caller could confirm now: they may, have not done so yet, and the workspace lets them. */
  waitsForMe: z.literal('true').optional(),
});
export type TaskListQuery = z.infer<typeof TaskListQuery>;
