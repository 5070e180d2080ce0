import type { StateChanges, StateValue } from '@berth/contracts';
import { compareValues, SENSITIVE, type ValueChange } from './compare-values.js';
import { pathInWords } from './sensitive-paths.js';
import type { StateInside, StateInstance, StateOutput } from './state-instances.js';

const MAX_RESOURCES = 5_000;
/** Of one resource, and of all of them. */
const MAX_ATTRIBUTES = 200;
const MAX_ATTRIBUTES_IN_ALL = 20_000;
const MAX_OUTPUTS = 1_000;

type ResourceChange = StateChanges['resources'][number];
type AttributeChange = ResourceChange['attributes'][number];

/** What the second one has in the place of the first one, by address, without anything that is sensitive in either. */
export function compareStates(
  before: StateInside,
  after: StateInside,
): Pick<StateChanges, 'resources' | 'resourcesLeftOut' | 'outputs'> {
  const addresses = [...new Set([...before.instances.keys(), ...after.instances.keys()])].sort();
  const resources: ResourceChange[] = [];
  let resourcesLeftOut = 0;
  let room = MAX_ATTRIBUTES_IN_ALL;
  for (const address of addresses) {
    const change = changeOf(address, before.instances.get(address), after.instances.get(address), room);
    if (change === null) {
      continue;
    }
    if (resources.length >= MAX_RESOURCES) {
      resourcesLeftOut += 1;
      continue;
    }
    room -= change.attributes.length;
    resources.push(change);
  }
  return { resources, resourcesLeftOut, outputs: compareOutputs(before.outputs, after.outputs) };
}

function changeOf(
  address: string,
  before: StateInstance | undefined,
  after: StateInstance | undefined,
  room: number,
): ResourceChange | null {
  const type = (after ?? before)?.type ?? '';
  if (before === undefined || after === undefined) {
    const change = before === undefined ? 'added' : 'removed';
    return { address, type, change, attributes: [], attributesLeftOut: 0 };
  }
  const attributes: AttributeChange[] = [];
  let attributesLeftOut = 0;
  const isSensitive: StateInstance['isSensitive'] = (path) =>
    before.isSensitive(path) || after.isSensitive(path);
  for (const change of compareValues(before.attributes, after.attributes, isSensitive)) {
    if (attributes.length < Math.min(MAX_ATTRIBUTES, room)) {
      attributes.push(attributeJson(change));
    } else {
      attributesLeftOut += 1;
    }
  }
  return attributes.length + attributesLeftOut === 0
    ? null
    : { address, type, change: 'changed', attributes, attributesLeftOut };
}

function attributeJson({ path, before, after }: ValueChange): AttributeChange {
  return { path: pathInWords(path), before: before ?? null, after: after ?? null };
}

type Outputs = Readonly<Record<string, StateOutput>>;

function compareOutputs(before: Outputs, after: Outputs): StateChanges['outputs'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names.flatMap((name) => outputChange(name, before[name], after[name])).slice(0, MAX_OUTPUTS);
}

function outputChange(
  name: string,
  before: StateOutput | undefined,
  after: StateOutput | undefined,
): StateChanges['outputs'] {
  const [was, is] = [JSON.stringify(before?.value), JSON.stringify(after?.value)];
  if (before !== undefined && after !== undefined && was === is && before.sensitive === after.sensitive) {
    return [];
  }
  const sensitive = before?.sensitive === true || after?.sensitive === true;
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const shown = (output: StateOutput | undefined, text: string | undefined): StateValue => {
    if (output === undefined || text === undefined) {
      return null;
    }
    return sensitive
      ? SENSITIVE
      : text.length > MAX_OUTPUT_TEXT
        ? `${text.slice(0, MAX_OUTPUT_TEXT)}…`
        : text;
  };
  return [{ name, change, sensitive, before: shown(before, was), after: shown(after, is) }];
}

/** Outputs are shown as JSON, however they are nested. */
const MAX_OUTPUT_TEXT = 4_000;
