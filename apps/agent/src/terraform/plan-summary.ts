import { z } from 'zod';
import type { PlanContent, PlanOutputChange, PlanResourceChange, PlanSummary } from '@berth/contracts';
import { TaskFailure } from '../failures/task-failure.js';
import { redactChange, visiblePath, type MarkedChange } from './redact-sensitive.js';

/** What a plan says, ready to be shown, and whether applying it would do anything. */
export interface SummarizedPlan {
  readonly content: PlanContent;
  readonly hasChanges: boolean;
  /** Declared, and with no value in the plan: ephemeral ones that were given. */
  readonly ephemeralVariables: readonly string[];
}

const path = z.array(z.union([z.string(), z.number()]));

/** Terraform leaves out what is not known, and older versions what is not sensitive. */
const shownChange = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
});

const shownResource = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  module_address: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  index: z.union([z.string(), z.number()]).nullish(),
  provider_name: z.string().optional(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: shownChange.extend({
    replace_paths: z.array(path).nullish(),
    // `{"unknown": true}` where the id is computed.
    importing: z.object({ id: z.string().optional() }).nullish(),
  }),
});
type ShownResource = z.infer<typeof shownResource>;

const shownPlan = z.object({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  resource_changes: z.array(shownResource).nullish(),
  resource_drift: z.array(shownResource).nullish(),
  output_changes: z.record(z.string(), shownChange).nullish(),
  applyable: z.boolean().optional(),
  errored: z.boolean().optional(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  configuration: z
    .object({ root_module: z.object({ variables: z.record(z.string(), z.unknown()).nullish() }).nullish() })
    .nullish(),
});
type ShownPlan = z.infer<typeof shownPlan>;

/** Reads what `terraform show -json <plan file>` printed. Everything it does not name is left out, variables above all. */
export function summarizePlan(shown: string, options: { readonly refreshOnly: boolean }): SummarizedPlan {
  const plan = parse(shown);
  const errored = plan.errored ?? false;
  const resources = (plan.resource_changes ?? []).filter(isWorthShowing);
  const outputs = Object.entries(plan.output_changes ?? {}).filter(([, change]) => !isNoOp(change.actions));
  const drift = plan.resource_drift ?? [];
  const found = resources.length > 0 || outputs.length > 0 || (options.refreshOnly && drift.length > 0);
  return {
    content: {
      summary: count(resources),
      resources: resources.map(resourceChange),
      outputs: outputs.map(([name, change]) => outputChange(name, change)),
      drift: drift.map(resourceChange),
      errored,
      terraformVersion: plan.terraform_version ?? '',
      planFormatVersion: plan.format_version,
    },
    // terraform >= 1.8 says itself whether an apply would do anything; older ones and OpenTofu do not.
    hasChanges: !errored && (plan.applyable ?? found),
    ephemeralVariables: ephemeralVariables(plan),
  };
}

function parse(shown: string): ShownPlan {
  const message = 'terraform show -json printed no plan that this agent can read';
  let document: unknown;
  try {
    document = JSON.parse(shown);
  } catch {
    // The parser's own message quotes the text around the fault, which is plan content.
    throw TaskFailure.permanent(
      'TERRAFORM_PLAN_UNREADABLE',
      `${message}: it is not JSON (${shown.length} characters)`,
    );
  }
  const parsed = shownPlan.safeParse(document);
  if (!parsed.success) {
    const where = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.'));
    throw TaskFailure.permanent('TERRAFORM_PLAN_UNREADABLE', `${message}: unexpected ${where.join(', ')}`);
  }
  return parsed.data;
}

/** Terraform 1.11 does not mark them, and leaves them out of the values that a plan keeps. */
function ephemeralVariables({ variables, configuration }: ShownPlan): string[] {
  const declared = Object.keys(configuration?.root_module?.variables ?? {});
  return declared.filter((name) => !Object.hasOwn(variables ?? {}, name));
}

function isNoOp(actions: readonly string[]): boolean {
  return actions.every((action) => action === 'no-op');
}

/** As terraform: nothing is said of what stays, nor of data that is no longer read. */
function isWorthShowing(resource: ShownResource): boolean {
  const { actions, importing } = resource.change;
  if (resource.mode === 'data' && actions.length === 1 && actions[0] === 'delete') {
    return false;
  }
  return !isNoOp(actions) || isMoved(resource) || Boolean(importing);
}

function isMoved(resource: ShownResource): boolean {
  return resource.previous_address !== undefined && resource.previous_address !== resource.address;
}

function count(resources: readonly ShownResource[]): PlanSummary {
  const counted = (wanted: string): number =>
    resources.filter(({ change }) => change.actions.includes(wanted)).length;
  return {
    add: counted('create'),
    change: counted('update'),
    destroy: counted('delete'),
    import: resources.filter(({ change }) => change.importing).length,
  };
}

function resourceChange(resource: ShownResource): PlanResourceChange {
  const { change } = resource;
  const marked = markedChange(change);
  return {
    address: resource.address,
    previousAddress: isMoved(resource) ? (resource.previous_address ?? null) : null,
    module: resource.module_address ?? '',
    mode: resource.mode,
    type: resource.type,
    name: resource.name,
    index: resource.index ?? null,
    provider: resource.provider_name ?? '',
    actions: change.actions,
    reason: resource.action_reason ?? null,
    replacePaths: (change.replace_paths ?? []).map((path) => visiblePath(path, marked)),
    importing: change.importing ? { id: change.importing.id ?? null } : null,
    deposed: resource.deposed ?? null,
    ...redactChange(marked),
  };
}

function outputChange(name: string, change: z.infer<typeof shownChange>): PlanOutputChange {
  const sensitive = change.before_sensitive === true || change.after_sensitive === true;
  return { name, sensitive, actions: change.actions, ...redactChange(markedChange(change)) };
}

function markedChange(change: z.infer<typeof shownChange>): MarkedChange {
  return {
    before: change.before,
    after: change.after,
    beforeSensitive: change.before_sensitive,
    afterSensitive: change.after_sensitive,
    afterUnknown: change.after_unknown,
  };
}
