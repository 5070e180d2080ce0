import { z } from 'zod';
import { id, name, text, time } from './fields.js';
import { Variable } from './workspaces.js';

const description = text(1_000);

export const CreateVariableSet = z.strictObject({
  name,
  description: description.optional(),
  /** Given to every workspace of the organization, assigned or not. */
  global: z.boolean().optional(),
});
export type CreateVariableSet = z.infer<typeof CreateVariableSet>;

export const UpdateVariableSet = z.strictObject({ name, description, global: z.boolean() }).partial();
export type UpdateVariableSet = z.infer<typeof UpdateVariableSet>;

export const VariableSet = z.object({
  id,
  name,
  description: z.string(),
  global: z.boolean(),
  createdAt: time,
  updatedAt: time,
});
export type VariableSet = z.infer<typeof VariableSet>;

export const EffectiveVariable = Variable.extend({
  from: z.union([z.literal('workspace'), z.object({ variableSet: z.object({ id, name }) })]),
});
export type EffectiveVariable = z.infer<typeof EffectiveVariable>;
