import { z } from 'zod';
import { sha256 } from './fields.js';
import { planDigestFields } from './plan-digests.js';
import { Changes } from './tasks.js';

/** What stands in a plan document where terraform knows a value to be sensitive. */
export const SENSITIVE_VALUE = '(sensitive)';

/** The way to a value inside a resource: attribute names, map keys and list indexes. */
export const PlanPath = z.array(z.union([z.string(), z.number()]));
export type PlanPath = z.infer<typeof PlanPath>;

/** Sensitive parts read SENSITIVE_VALUE on both sides; parts that only the apply decides are `true` in afterUnknown. */
const change = z.object({
  /** As terraform says it: create, update, delete, read, forget, no-op; a replacement is two of them, in order. */
  actions: z.array(z.string()),
  before: z.unknown(),
  after: z.unknown(),
  afterUnknown: z.unknown(),
  /** Sensitive values that differ, since both sides read the same. */
  sensitiveChanges: z.array(PlanPath),
});

export const PlanResourceChange = change.extend({
  address: z.string(),
  /** Set when the resource moves from another address. */
  previousAddress: z.string().nullable(),
  /** Empty for the root module. */
  module: z.string(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  /** Key of count or for_each. */
  index: z.union([z.string(), z.number()]).nullable(),
  provider: z.string(),
  /** Why terraform chose the action, in its words (replace_because_tainted), where it says so. */
  reason: z.string().nullable(),
  /** The attributes that force a replacement. */
  replacePaths: z.array(PlanPath),
  importing: z.object({ id: z.string().nullable() }).nullable(),
  /** Key of an object that an interrupted replacement left behind. */
  deposed: z.string().nullable(),
});
export type PlanResourceChange = z.infer<typeof PlanResourceChange>;

export const PlanOutputChange = change.extend({ name: z.string(), sensitive: z.boolean() });
export type PlanOutputChange = z.infer<typeof PlanOutputChange>;

/** Counted as terraform counts: a replacement is one to add and one to destroy; reads are not counted. */
export const PlanSummary = Changes;
export type PlanSummary = z.infer<typeof PlanSummary>;

/** A provider's action that the apply invokes (terraform 1.14 and later). */
export const PlanAction = z.object({
  address: z.string(),
  type: z.string(),
  provider: z.string(),
  /** The resource at whose change it is invoked; null where it was asked for by itself. */
  triggeredBy: z.string().nullable(),
  /** When, in terraform's words: before_create, after_update, ... */
  event: z.string().nullable(),
  /** Sensitive parts read SENSITIVE_VALUE. */
  config: z.unknown(),
});
export type PlanAction = z.infer<typeof PlanAction>;

/** A change that terraform puts off to a later plan, because too little is known now. */
export const PlanDeferral = z.object({
  address: z.string(),
  /** In terraform's words: instance_count_unknown, provider_config_unknown, ... */
  reason: z.string(),
  actions: z.array(z.string()),
});
export type PlanDeferral = z.infer<typeof PlanDeferral>;

/** What the configuration says of itself and terraform has looked at: check blocks, conditions, validations. */
export const PlanCheck = z.object({
  /** `check.health`, `aws_instance.web`, `output.url`, `var.region`. */
  address: z.string(),
  /** In terraform's words: check, resource, output_value, var. */
  kind: z.string(),
  /** `unknown`: only the apply can tell. */
  status: z.enum(['pass', 'fail', 'error', 'unknown']),
  /** What does not hold, in the words of the configuration. */
  problems: z.array(z.string()),
});
export type PlanCheck = z.infer<typeof PlanCheck>;

/** How much was left out, so that the view of a large plan stays within what a page can show. Counts are exact all the same. */
export const PlanCut = z.object({
  /** Texts longer than this were shortened; null where none was. */
  valuesAfter: z.int().nullable(),
  /** Entries of each list that are not in it. */
  resources: z.int(),
  outputs: z.int(),
  drift: z.int(),
  /** Resources of the list whose values were left out altogether. */
  withoutValues: z.int(),
});
export type PlanCut = z.infer<typeof PlanCut>;

/** What an agent reads out of a plan file; nothing in it is secret as far as terraform knows. */
export const PlanContent = z.object({
  summary: PlanSummary,
  /** Without those that stay as they are. */
  resources: z.array(PlanResourceChange),
  /** Without those that stay as they are. */
  outputs: z.array(PlanOutputChange),
  /** What changed outside of terraform since the last apply. */
  drift: z.array(PlanResourceChange),
  actions: z.array(PlanAction).default([]),
  deferred: z.array(PlanDeferral).default([]),
  /** Those that do not hold first; of many, not all that do. */
  checks: z.array(PlanCheck).default([]),
  /** What the plan holds and this view does not draw, each named: it is applied all the same. */
  notShown: z.array(z.string()).default([]),
  cut: PlanCut.nullable().default(null),
  /** False where more than this is needed to reach what the configuration says (targets, deferrals). */
  complete: z.boolean().default(true),
  /** Planning failed halfway: this is how far terraform got, and cannot be applied. */
  errored: z.boolean(),
  terraformVersion: z.string(),
  planFormatVersion: z.string(),
});
export type PlanContent = z.infer<typeof PlanContent>;

/** A finished plan as the API shows it. */
export const PlanDocument = PlanContent.extend({
  /** Of the plan file. */
  hash: sha256,
  sizeBytes: z.int().nonnegative(),
  ...planDigestFields,
});
export type PlanDocument = z.infer<typeof PlanDocument>;
