import { z } from 'zod';
import { time } from './fields.js';

/** Never a key itself. */
export const DataKey = z.object({
  id: z.int(),
  createdAt: time,
  /** Whether what comes now is sealed with it. */
  inUse: z.boolean(),
  /** When nothing was left that others had sealed. */
  resealedAt: time.nullable(),
});
export type DataKey = z.infer<typeof DataKey>;

/** How far the newest key has sealed a column of the database. */
export const ResealedColumn = z.object({
  place: z.string(),
  /** Values that were looked at; a column is passed until one pass finds nothing to do. */
  seen: z.int(),
  /** Values that were sealed anew. */
  resealed: z.int(),
  finished: z.boolean(),
});
export type ResealedColumn = z.infer<typeof ResealedColumn>;

export const DataKeyList = z.object({
  items: z.array(DataKey),
  /** Of the newest, column by column; none before it has begun. */
  progress: z.array(ResealedColumn),
});
export type DataKeyList = z.infer<typeof DataKeyList>;
