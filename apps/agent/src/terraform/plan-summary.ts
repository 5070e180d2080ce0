import type {
  PlanAction,
  PlanContent,
  PlanOutputChange,
  PlanResourceChange,
  PlanSummary,
} from '@berth/contracts';
import { Mask, maskPlan, redactChange, visiblePath, type MarkedChange } from '@berth/masking';
import type { ShownAction, ShownChange, ShownPlan, ShownResource } from './plan-json.js';
import { planChecks } from './plan-checks.js';

/** A plan, ready to be shown, and what its apply needs to know. */
export interface SummarizedPlan {
  readonly content: PlanContent;
  /** Whether terraform says that there is something to apply; null where this version does not say it in the plan. */
  readonly applyable: boolean | null;
}

const NOTHING: PlanSummary = {
  add: 0,
  change: 0,
  destroy: 0,
  import: 0,
  move: 0,
  forget: 0,
  drift: 0,
  outputs: 0,
  actions: 0,
  other: 0,
};

/** Everything that is not named here is left out, variables above all; what is left out and would be done is in `notShown`. */
export function summarizePlan(
  plan: ShownPlan,
  options: { readonly refreshOnly: boolean; readonly mask?: Mask },
): SummarizedPlan {
  const { mask = Mask.none } = options;
  const { document } = plan;
  const resources = plan.resources.filter(isWorthShowing);
  const outputs = plan.outputs.filter(([, change]) => !isNoOp(change.actions));
  const errored = document['errored'] === true;
  const applyable = document['applyable'];
  const content: PlanContent = {
    summary: {
      ...count(resources),
      drift: options.refreshOnly ? plan.drift.length : 0,
      outputs: outputs.length,
      actions: plan.actions.length,
      other: plan.notShown.length,
    },
    resources: resources.map(resourceChange),
    outputs: outputs.map(([name, change]) => outputChange(name, change)),
    drift: plan.drift.map(resourceChange),
    actions: plan.actions.map(actionInvocation),
    deferred: [
      ...plan.deferred.map(({ reason, resource_change: { address, change } }) => ({
        address,
        reason,
        actions: change.actions,
      })),
      ...plan.deferredActions.map(({ reason, action_invocation: { address } }) => ({
        address,
        reason,
        actions: ['invoke'],
      })),
    ],
    checks: planChecks(document['checks'], mask),
    notShown: [...plan.notShown],
    cut: null,
    complete: document['complete'] !== false,
    errored,
    terraformVersion: textOf(document['terraform_version']),
    planFormatVersion: textOf(document['format_version']),
  };
  return {
    content: maskPlan(content, mask),
    applyable: errored ? false : typeof applyable === 'boolean' ? applyable : null,
  };
}

/** Of a plan that could not be shown: it is applied all the same, and nobody is to think that he has seen it. */
export function unshownPlan(reason: string): SummarizedPlan {
  return {
    content: {
      summary: { ...NOTHING, other: 1 },
      resources: [],
      outputs: [],
      drift: [],
      actions: [],
      deferred: [],
      checks: [],
      notShown: [`the whole plan: ${reason}`],
      cut: null,
      complete: true,
      errored: false,
      terraformVersion: '',
      planFormatVersion: '',
    },
    applyable: null,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
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

function isMoved({ previous_address: previous, address }: ShownResource): boolean {
  return typeof previous === 'string' && previous !== address;
}

function count(resources: readonly ShownResource[]): PlanSummary {
  const counted = (wanted: string): number =>
    resources.filter(({ change }) => change.actions.includes(wanted)).length;
  return {
    ...NOTHING,
    add: counted('create'),
    change: counted('update'),
    destroy: counted('delete'),
    import: resources.filter(({ change }) => change.importing).length,
    move: resources.filter(isMoved).length,
    forget: counted('forget'),
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

function outputChange(name: string, change: ShownChange): PlanOutputChange {
  const sensitive = change.before_sensitive === true || change.after_sensitive === true;
  return { name, sensitive, actions: change.actions, ...redactChange(markedChange(change)) };
}

function actionInvocation(action: ShownAction): PlanAction {
  const { after } = redactChange({
    before: null,
    after: action.config_values ?? null,
    beforeSensitive: false,
    afterSensitive: action.config_sensitive,
    afterUnknown: action.config_unknown,
  });
  const trigger = action.lifecycle_action_trigger;
  return {
    address: action.address,
    type: action.type,
    provider: action.provider_name ?? '',
    triggeredBy: trigger?.triggering_resource_address ?? null,
    event: trigger?.action_trigger_event ?? null,
    config: after,
  };
}

function markedChange(change: ShownChange): MarkedChange {
  return {
    before: change.before,
    after: change.after,
    beforeSensitive: change.before_sensitive,
    afterSensitive: change.after_sensitive,
    afterUnknown: change.after_unknown,
  };
}
