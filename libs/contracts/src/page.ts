import { z } from 'zod';
import { cursor, queryInt4 } from './fields.js';

/** What a list call may be asked for. */
export const PageQuery = z.object({
  limit: queryInt4(1, 200).default(50),
  cursor: cursor.optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export interface Page<T> {
  items: T[];
  /** Give it as `cursor` for the next page; null on the last one. */
  nextCursor: string | null;
}

/** The schema of a page of `item`. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
