import { z } from 'zod';
import { parseLossless } from './lossless-json.js';

const path = z.array(z.union([z.string(), z.number()]));

/** Terraform leaves out what is not known, and older versions what is not sensitive. */
export const ShownChange = z.object({
  actions: z.array(z.string()),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
});
export type ShownChange = z.infer<typeof ShownChange>;

export const ShownResource = z.object({
  address: z.string(),
  previous_address: z.string().nullish(),
  module_address: z.string().nullish(),
  mode: z.string().default('managed'),
  type: z.string().default(''),
  name: z.string().default(''),
  index: z.union([z.string(), z.number()]).nullish(),
  provider_name: z.string().nullish(),
  deposed: z.string().nullish(),
  action_reason: z.string().nullish(),
  change: ShownChange.extend({
    replace_paths: z.array(path).nullish(),
    // `{"unknown": true}` where the id is computed; an identity instead of an id since 1.12.
    importing: z.object({ id: z.string().nullish() }).nullish(),
  }),
});
export type ShownResource = z.infer<typeof ShownResource>;

export const ShownAction = z.object({
  address: z.string(),
  type: z.string().default(''),
  provider_name: z.string().nullish(),
  config_values: z.unknown().optional(),
  config_sensitive: z.unknown().optional(),
  config_unknown: z.unknown().optional(),
  lifecycle_action_trigger: z
    .object({ triggering_resource_address: z.string(), action_trigger_event: z.string().nullish() })
    .nullish(),
});
export type ShownAction = z.infer<typeof ShownAction>;

export const ShownDeferral = z.object({
  reason: z.string().default('unknown'),
  resource_change: ShownResource,
});
export type ShownDeferral = z.infer<typeof ShownDeferral>;

const ShownDeferredAction = z.object({
  reason: z.string().default('unknown'),
  action_invocation: ShownAction,
});

/** Of terraform up to 1.15 and OpenTofu up to 1.13; `format_version` does not change with them. */
const KNOWN = [
  'format_version',
  'terraform_version',
  'variables',
  'planned_values',
  'resource_drift',
  'resource_changes',
  'output_changes',
  'prior_state',
  'configuration',
  'relevant_attributes',
  'checks',
  'timestamp',
  'applyable',
  'complete',
  'errored',
  'action_invocations',
  'deferred_changes',
  'deferred_action_invocations',
];
const KNOWN_OF_CHANGE = [
  'actions',
  'before',
  'after',
  'after_unknown',
  'before_sensitive',
  'after_sensitive',
  'replace_paths',
  'importing',
  'generated_config',
  'before_identity',
  'after_identity',
];

type Tree = Readonly<Record<string, unknown>>;

/** A plan as `terraform show -json` says it, as far as it could be read. */
export interface ShownPlan {
  readonly document: Tree;
  readonly resources: readonly ShownResource[];
  readonly drift: readonly ShownResource[];
  readonly outputs: readonly (readonly [string, ShownChange])[];
  readonly actions: readonly ShownAction[];
  readonly deferred: readonly ShownDeferral[];
  readonly deferredActions: readonly z.infer<typeof ShownDeferredAction>[];
  /** What is in it and was not understood, each named. */
  readonly notShown: readonly string[];
}

/**
 * Reads what `terraform show -json <plan file>` printed. What a newer terraform adds, or says otherwise, is named and
 * stops nothing. Null where it is no JSON object at all.
 */
export function readPlanJson(text: string): ShownPlan | null {
  let document: unknown;
  try {
    document = parseLossless(text);
  } catch {
    return null;
  }
  if (!isTree(document)) {
    return null;
  }
  const notShown: string[] = [];
  const list = <S extends z.ZodType>(key: string, schema: S): z.infer<S>[] =>
    readList(document[key], { key, schema, notShown });
  const changes = list('resource_changes', ShownResource);
  const outputs = Object.entries(isTree(document['output_changes']) ? document['output_changes'] : {});
  const plan = {
    document,
    resources: changes,
    drift: list('resource_drift', ShownResource),
    outputs: outputs.flatMap(([name, change]): [string, ShownChange][] => {
      const read = ShownChange.safeParse(change);
      if (!read.success) {
        notShown.push(`output ${name}: it cannot be read`);
      }
      return read.success ? [[name, read.data]] : [];
    }),
    actions: list('action_invocations', ShownAction),
    deferred: list('deferred_changes', ShownDeferral),
    deferredActions: list('deferred_action_invocations', ShownDeferredAction),
  };
  notShown.push(...unknownOfChanges(document['resource_changes']), ...unknownParts(document));
  return { ...plan, notShown };
}

function readList<S extends z.ZodType>(
  value: unknown,
  { key, schema, notShown }: { readonly key: string; readonly schema: S; readonly notShown: string[] },
): z.infer<S>[] {
  if (value === undefined || value === null) {
    return [];
  }
  if (!Array.isArray(value)) {
    notShown.push(`${key}: it is no list`);
    return [];
  }
  return value.flatMap((entry: unknown): z.infer<S>[] => {
    const read = schema.safeParse(entry);
    if (!read.success) {
      const address = isTree(entry) && typeof entry['address'] === 'string' ? entry['address'] : 'an entry';
      notShown.push(`${key}: ${address} cannot be read`);
    }
    return read.success ? [read.data] : [];
  });
}

function unknownParts(document: Tree): string[] {
  return Object.entries(document)
    .filter(([key, value]) => !KNOWN.includes(key) && !isEmpty(value))
    .map(([key, value]) => `${key}${Array.isArray(value) ? ` (${value.length})` : ''}`);
}

function unknownOfChanges(changes: unknown): string[] {
  const counts = new Map<string, number>();
  for (const entry of Array.isArray(changes) ? changes : []) {
    const change: unknown = isTree(entry) ? entry['change'] : null;
    for (const [key, value] of Object.entries(isTree(change) ? change : {})) {
      if (!KNOWN_OF_CHANGE.includes(key) && !isEmpty(value)) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return [...counts].map(([key, count]) => `${key} of ${count} resource${count === 1 ? '' : 's'}`);
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (isTree(value) && Object.keys(value).length === 0)
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
