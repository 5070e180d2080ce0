import { z } from 'zod';
import { id, sha256, time } from './fields.js';
import { StateVersion } from './workspaces.js';

/** What is in a version of the state, without attributes and sensitive outputs. */
export const StateDescription = StateVersion.extend({
  resources: z.array(z.object({ address: z.string(), type: z.string(), provider: z.string().nullable() })),
  outputs: z.record(z.string(), z.object({ type: z.unknown(), sensitive: z.boolean(), value: z.unknown() })),
});
export type StateDescription = z.infer<typeof StateDescription>;

/** A single value of a state; a long text is cut. */
export const StateValue = z.union([z.string(), z.number(), z.boolean()]).nullable();
export type StateValue = z.infer<typeof StateValue>;

const changeKind = z.enum(['added', 'removed', 'changed']);

/** What a version of the state has in the place of another one; what is sensitive in either reads `(sensitive)`. */
export const StateChanges = z.object({
  /** Null where there was no state before. */
  since: StateVersion.nullable(),
  version: StateVersion,
  /** By address. */
  resources: z.array(
    z.object({
      address: z.string(),
      type: z.string(),
      change: changeKind,
      /** Of a changed one, each single value that differs. */
      attributes: z.array(
        z.object({
          /** `tags.Name`, `ingress[0].cidr` */
          path: z.string(),
          /** Null also where there was none. */
          before: StateValue,
          after: StateValue,
        }),
      ),
      attributesLeftOut: z.int(),
    }),
  ),
  /** How many more resources differ than are listed. */
  resourcesLeftOut: z.int(),
  /** Values as JSON. */
  outputs: z.array(
    z.object({
      name: z.string(),
      change: changeKind,
      sensitive: z.boolean(),
      before: StateValue,
      after: StateValue,
    }),
  ),
});
export type StateChanges = z.infer<typeof StateChanges>;

/** What an apply could not save: the only copy of it until a person pushes or discards it. */
export const UnsavedState = z.object({
  id,
  workspaceId: id,
  taskId: id,
  attempt: z.int(),
  /** Null where it says none that can be read; a push gives it the next one. */
  serial: z.int().nullable(),
  /** Null where it has none, as that of a first apply; a push gives it a new one. */
  lineage: z.string().nullable(),
  /** Why it cannot be pushed as it is: it is no state, or not a whole one. */
  fault: z.string().nullable(),
  sha256,
  sizeBytes: z.int(),
  /** Null for as long as somebody has to decide. */
  resolution: z.enum(['pushed', 'discarded']).nullable(),
  resolvedBy: z.string().nullable(),
  resolvedAt: time.nullable(),
  createdAt: time,
});
export type UnsavedState = z.infer<typeof UnsavedState>;

/** The version of the state that was the newest one when somebody decided to replace it. */
const newestId = id
  .describe(
    'The version that was the newest one when you decided: where another one is by now, 409 STATE_MOVED_ON, which names it, and nothing is replaced',
  )
  .optional();

/** What a person's word about the state may say that it was said of. */
export const SeenState = z.strictObject({ newestId });
export type SeenState = z.infer<typeof SeenState>;

/** With `force`, it becomes the newest state even where the state has moved on since. */
export const PushUnsavedState = z.strictObject({ force: z.boolean().optional(), newestId });
export type PushUnsavedState = z.infer<typeof PushUnsavedState>;
