import { z } from 'zod';
import { EngineVersion } from './engine-version.js';
import { id, int4, name, sha256, text, time } from './fields.js';
import { GitSource, GitSourceRequest } from './git-source.js';
import { PageQuery } from './page.js';

export const Engine = z.enum(['terraform', 'opentofu']);
export type Engine = z.infer<typeof Engine>;

const workingDirectory = text(500).refine(
  (path) => !path.startsWith('/') && !path.split('/').includes('..'),
  {
    error: 'must be a path inside the configuration, without a leading "/" and without ".."',
  },
);
const onSlotLost = z.enum(['replan', 'restore']);
/** How many people have to confirm a plan. */
const approvals = int4(1, 10);
/** Whether a confirmation stands when the plan's slot was lost, it was made again and does the same. */
const keepApprovals = z.enum(['never', 'identical']);

export const WorkspaceListQuery = PageQuery.extend({
  project: text(200).optional(),
  /** In the name, whatever the case. */
  search: text(200).min(1).optional(),
  needsAttention: z.enum(['true', 'false']).optional(),
});
export type WorkspaceListQuery = z.infer<typeof WorkspaceListQuery>;

export const CreateWorkspace = z.strictObject({
  name,
  engine: Engine,
  engineVersion: EngineVersion.nullable().optional(),
  workingDirectory: workingDirectory.optional(),
  autoApply: z.boolean().optional(),
  pool: name.optional(),
  /** Id or name; `default` without one. */
  project: text(200).optional(),
  onSlotLost: onSlotLost.optional(),
  approvals: approvals.optional(),
  /** Whether one of them may be who queued it. */
  allowSelfApproval: z.boolean().optional(),
  keepApprovals: keepApprovals.optional(),
  git: GitSourceRequest.nullable().optional(),
});
export type CreateWorkspace = z.infer<typeof CreateWorkspace>;

export const UpdateWorkspace = z
  .strictObject({
    name,
    engine: Engine,
    engineVersion: EngineVersion.nullable(),
    workingDirectory,
    autoApply: z.boolean(),
    pool: name,
    project: text(200),
    onSlotLost,
    approvals,
    allowSelfApproval: z.boolean(),
    keepApprovals,
    /** Null: tasks run what was uploaded again. */
    git: GitSourceRequest.nullable(),
    /** Only `false` may be given: a person has looked. Refused while there are unsaved states. */
    needsAttention: z.literal(false),
  })
  .partial();
export type UpdateWorkspace = z.infer<typeof UpdateWorkspace>;

export const Workspace = z.object({
  id,
  name,
  engine: Engine,
  engineVersion: z.string().nullable(),
  workingDirectory: z.string(),
  autoApply: z.boolean(),
  pool: z.string(),
  project: z.string(),
  projectId: id,
  onSlotLost,
  approvals: z.int(),
  allowSelfApproval: z.boolean(),
  keepApprovals,
  /**
   * Set when nobody knows what an apply has done (its agent was lost, it was killed or cancelled by force), or when its
   * state could not be saved: nothing writes here until a person has looked.
   */
  needsAttention: z.boolean(),
  /** Where tasks take the configuration from; null where they run what was uploaded. */
  git: GitSource.nullable(),
  /** The newest upload. */
  currentConfigurationId: id.nullable(),
  createdAt: time,
  updatedAt: time,
});
export type Workspace = z.infer<typeof Workspace>;

export const VariableCategory = z.enum(['terraform', 'env']);
export type VariableCategory = z.infer<typeof VariableCategory>;

export const VariableKey = z
  .string()
  .max(128)
  .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, 'must be a name of letters, digits, "_" and "-"');

export const PutVariable = z.strictObject({
  value: text(262_144),
  category: VariableCategory,
  sensitive: z.boolean().optional(),
  hcl: z.boolean().optional(),
});
export type PutVariable = z.infer<typeof PutVariable>;

export const Variable = z.object({
  key: z.string(),
  /** Null for a sensitive variable: it can be written, not read. */
  value: z.string().nullable(),
  category: VariableCategory,
  sensitive: z.boolean(),
  hcl: z.boolean(),
  updatedAt: time,
});
export type Variable = z.infer<typeof Variable>;

export const Configuration = z.object({
  id,
  workspaceId: id,
  sha256,
  sizeBytes: z.int(),
  createdAt: time,
});
export type Configuration = z.infer<typeof Configuration>;

/** What an upload would hold: asked before it is sent. */
export const KnownConfiguration = z.strictObject({
  /** Of the whole archive. */
  sha256,
});
export type KnownConfiguration = z.infer<typeof KnownConfiguration>;

export const StateVersion = z.object({
  id,
  workspaceId: id,
  serial: z.int(),
  lineage: z.string(),
  sha256,
  sizeBytes: z.int(),
  taskId: id.nullable(),
  createdAt: time,
});
export type StateVersion = z.infer<typeof StateVersion>;
