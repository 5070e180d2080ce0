import type { PlanContent, PlanResourceChange } from '@berth/contracts';
import type { Mask } from '../mask.js';
import { redactChange, type RedactedChange } from './redact-change.js';

/**
 * The view of a plan without sensitive values that a provider has copied to where it does not mark them: such an
 * attribute reads as any other that is sensitive, on both sides. Words of terraform's own stay as they are.
 */
export function maskPlan(plan: PlanContent, mask: Mask): PlanContent {
  const text = (one: string): string => mask.text(one);
  const resource = (change: PlanResourceChange): PlanResourceChange => ({
    ...hidden(change, mask),
    address: text(change.address),
    previousAddress: mask.json(change.previousAddress),
    module: text(change.module),
    index: mask.json(change.index),
    replacePaths: mask.json(change.replacePaths),
    importing: mask.json(change.importing),
  });
  return {
    ...plan,
    resources: plan.resources.map(resource),
    outputs: plan.outputs.map((one) => ({ ...hidden(one, mask), name: text(one.name) })),
    drift: plan.drift.map(resource),
    actions: plan.actions.map((action) => ({
      ...action,
      address: text(action.address),
      triggeredBy: mask.json(action.triggeredBy),
      config: hiddenIn(action.config, mask),
    })),
    deferred: plan.deferred.map((one) => ({ ...one, address: text(one.address) })),
    checks: plan.checks.map((check) => ({
      ...check,
      address: text(check.address),
      problems: check.problems.map(text),
    })),
    notShown: plan.notShown.map(text),
  };
}

function hiddenIn(value: unknown, mask: Mask): unknown {
  const change = { before: null, after: value, beforeSensitive: false, afterUnknown: false };
  return mask.json(redactChange({ ...change, afterSensitive: marksIn(value, mask) }).after);
}

function hidden<T extends RedactedChange>(change: T, mask: Mask): T {
  const beforeSensitive = marksIn(change.before, mask);
  const afterSensitive = marksIn(change.after, mask);
  const isFound = isMarked(beforeSensitive) || isMarked(afterSensitive);
  const redacted = isFound ? redactChange({ ...change, beforeSensitive, afterSensitive }) : change;
  const { before, after, afterUnknown } = redacted;
  const sensitiveChanges = isFound
    ? [...change.sensitiveChanges, ...redacted.sensitiveChanges]
    : change.sensitiveChanges;
  // What is left are the names of fields.
  return { ...change, ...mask.json({ before, after, afterUnknown, sensitiveChanges }) };
}

/** A tree of the shape of the value, with `true` where a text or a number holds what is to be hidden. */
function marksIn(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string' || typeof value === 'number') {
    return mask.finds(String(value));
  }
  if (Array.isArray(value)) {
    return value.map((one) => marksIn(one, mask));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, marksIn(one, mask)]))
    : false;
}

function isMarked(marks: unknown): boolean {
  return typeof marks === 'object' && marks !== null ? Object.values(marks).some(isMarked) : marks === true;
}
