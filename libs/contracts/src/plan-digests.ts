import { z } from 'zod';
import { int4, sha256 } from './fields.js';

/** Enough of a digest to tell whether one part differs, and short enough to keep thousands. */
const shortDigest = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 digits of lower-case hex');
const parts = z.record(z.string(), shortDigest).nullable();

/** What an agent has made of its plan, all of it under the workspace's key. */
export const PlanDigests = z.strictObject({
  version: int4(1),
  keyId: shortDigest,
  effects: sha256,
  context: sha256,
  inputs: sha256,
  /** Of each change, by its address; null where there are too many. */
  entries: parts,
  /** Of each part of context and inputs, by its name; null where there are too many. */
  settings: parts,
});
export type PlanDigests = z.infer<typeof PlanDigests>;

/** Of a plan as the API tells them; all null where none could be made, and of a plan of an older agent. */
export const planDigestFields = {
  /** Of what the plan would change. */
  effectsDigest: sha256.nullable(),
  /** Of the configuration and the variables that the changes were made of, as the plan has them. */
  contextDigest: sha256.nullable(),
  /** Of what the apply runs by beside its plan: files, lock file, engine, environment, all variables, options. */
  inputsDigest: sha256.nullable(),
  /** Of the rules of equality: digests of two versions say nothing about each other. */
  digestVersion: z.int().nullable(),
  /** Names the key that the digests were made under: those of two keys say nothing about each other. */
  digestKeyId: z.string().nullable(),
};
