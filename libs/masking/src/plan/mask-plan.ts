import type { PlanContent } from '@berth/contracts';
import type { Mask } from '../mask.js';
import { redactChange, type RedactedChange } from './redact-change.js';

/**
 * The view of a plan without sensitive values that a provider has copied to where it does not mark them: such an
 * attribute reads as any other that is sensitive, on both sides.
 */
export function maskPlan(plan: PlanContent, mask: Mask): PlanContent {
  return mask.json({
    ...plan,
    resources: plan.resources.map((one) => hidden(one, mask)),
    outputs: plan.outputs.map((one) => hidden(one, mask)),
    drift: plan.drift.map((one) => hidden(one, mask)),
    actions: plan.actions.map((action) => ({
      ...action,
      config: redactChange({
        before: null,
        after: action.config,
        beforeSensitive: false,
        afterSensitive: marksIn(action.config, mask),
        afterUnknown: false,
      }).after,
    })),
  });
}

function hidden<T extends RedactedChange>(change: T, mask: Mask): T {
  const beforeSensitive = marksIn(change.before, mask);
  const afterSensitive = marksIn(change.after, mask);
  if (!isMarked(beforeSensitive) && !isMarked(afterSensitive)) {
    return change;
  }
  const redacted = redactChange({ ...change, beforeSensitive, afterSensitive });
  return {
    ...change,
    ...redacted,
    sensitiveChanges: [...change.sensitiveChanges, ...redacted.sensitiveChanges],
  };
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
