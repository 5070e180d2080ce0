import type { PlanContent, PlanCut, PlanResourceChange } from '@berth/contracts';

/** A page can show so much, and the api takes it. */
export const MAX_VIEW_BYTES = 6_000_000;
/** Of objects and lists in each other; what is deeper could not be read. */
const MAX_DEPTH = 50;
/** Characters of one text, shorter at each step. */
const TEXT_LENGTHS = [4_000, 1_000, 200];

/**
 * The view of a plan within a size: first long texts are shortened, then values left out, then the ends of the lists.
 * The counts of the summary stay what they are, and `cut` says what is missing. A view never stops a run.
 */
export function cutPlanView(whole: PlanContent, maxBytes = MAX_VIEW_BYTES): PlanContent {
  const content = shallow(whole, MAX_DEPTH);
  if (sizeOf(content) <= maxBytes) {
    return content;
  }
  let shortened = content;
  for (const length of TEXT_LENGTHS) {
    shortened = {
      ...content,
      resources: content.resources.map((one) => shorten(one, length)),
      outputs: content.outputs.map((one) => shorten(one, length)),
      drift: content.drift.map((one) => shorten(one, length)),
      actions: content.actions.map((one) => shorten(one, length)),
      cut: { valuesAfter: length, resources: 0, outputs: 0, drift: 0, withoutValues: 0 },
    };
    if (sizeOf(shortened) <= maxBytes) {
      return shortened;
    }
  }
  return cutLists(shortened, maxBytes);
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** A text instead of what is deeper. */
function shallow<T>(value: T, depth: number): T {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth === 0) {
    return '(too deep to be shown)' as T;
  }
  if (Array.isArray(value)) {
    return value.map((child: unknown) => shallow(child, depth - 1)) as T;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [key, shallow(child, depth - 1)]),
  ) as T;
}

/** Long texts, wherever they stand. */
function shorten<T>(value: T, length: number): T {
  if (typeof value === 'string') {
    const left = value.length - length;
    return (left > 0 ? `${value.slice(0, length)}… (${left} more characters)` : value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((child: unknown) => shorten(child, length)) as T;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, child]: [string, unknown]) => [key, shorten(child, length)]),
    ) as T;
  }
  return value;
}

/** Half of the room is for resources with their values; what else there is has its address and action, as far as that fits. */
function cutLists(content: PlanContent, maxBytes: number): PlanContent {
  const whole = takeWhile(content.resources, maxBytes * 0.5);
  const bare = takeWhile(content.resources.slice(whole.length).map(withoutValues), maxBytes * 0.25);
  const outputs = takeWhile(content.outputs, maxBytes * 0.1);
  const drift = takeWhile(content.drift.map(withoutValues), maxBytes * 0.1);
  const actions = takeWhile(content.actions, maxBytes * 0.05);
  const missing = content.actions.length - actions.length;
  const cut: PlanCut = {
    valuesAfter: TEXT_LENGTHS.at(-1) ?? null,
    resources: content.resources.length - whole.length - bare.length,
    outputs: content.outputs.length - outputs.length,
    drift: content.drift.length - drift.length,
    withoutValues: bare.length,
  };
  const notShown =
    missing > 0 ? [...content.notShown, `${missing} more action invocations`] : content.notShown;
  return {
    ...content,
    resources: [...whole, ...bare],
    outputs,
    drift,
    actions,
    notShown: notShown.slice(0, 1_000),
    cut,
  };
}

function takeWhile<T>(list: readonly T[], maxBytes: number): T[] {
  let left = maxBytes;
  const end = list.findIndex((one) => (left -= sizeOf(one) + 1) < 0);
  return list.slice(0, end === -1 ? list.length : end);
}

function withoutValues(change: PlanResourceChange): PlanResourceChange {
  return {
    ...change,
    before: null,
    after: null,
    afterUnknown: false,
    sensitiveChanges: [],
    replacePaths: [],
  };
}
