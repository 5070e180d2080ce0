import { z } from 'zod';
import { ProblemError } from '../../problems/problem-error.js';
import { withoutByteOrderMark } from '../state-facts.js';
import { sensitivePaths, type IsSensitive } from './sensitive-paths.js';

/** One instance of a resource, as a state has it. */
export interface StateInstance {
  readonly type: string;
  readonly attributes: unknown;
  readonly isSensitive: IsSensitive;
}

export interface StateOutput {
  readonly value?: unknown;
  readonly sensitive: boolean;
}

export interface StateInside {
  /** By address. */
  readonly instances: ReadonlyMap<string, StateInstance>;
  readonly outputs: Readonly<Record<string, StateOutput>>;
}

const Instance = z.object({
  index_key: z.union([z.string(), z.number()]).optional(),
  deposed: z.string().optional(),
  attributes: z.unknown().optional(),
  attributes_flat: z.unknown().optional(),
  sensitive_attributes: z
    .array(z.unknown())
    .nullish()
    .transform((paths) => paths ?? []),
});
const Resource = z.object({
  module: z.string().optional(),
  mode: z.string(),
  type: z.string(),
  name: z.string(),
  instances: z.array(Instance).default([]),
});
const Inside = z.object({
  resources: z
    .array(Resource)
    .nullish()
    .transform((resources) => resources ?? []),
  outputs: z
    .record(z.string(), z.object({ value: z.unknown().optional(), sensitive: z.boolean().default(false) }))
    .nullish()
    .transform((outputs) => outputs ?? {}),
});

/** What a version has, and nothing of one that says that the state was deleted. @throws ProblemError 422 */
export function insideOf(content: Buffer): StateInside {
  if (content.length === 0) {
    return { instances: new Map(), outputs: {} };
  }
  const inside = Inside.safeParse(parsed(content));
  if (!inside.success) {
    throw unreadable();
  }
  const instances = inside.data.resources.flatMap((resource) =>
    resource.instances.map((instance): [string, StateInstance] => [
      addressOf(resource, instance),
      {
        type: resource.type,
        attributes: instance.attributes ?? instance.attributes_flat,
        isSensitive: sensitivePaths(resource.type, instance.sensitive_attributes),
      },
    ]),
  );
  return { instances: new Map(instances), outputs: inside.data.outputs };
}

function addressOf(resource: z.infer<typeof Resource>, instance: z.infer<typeof Instance>): string {
  const { module, mode, type, name } = resource;
  const base = [module, mode === 'data' ? 'data' : undefined, type, name]
    .filter((part) => part !== undefined)
    .join('.');
  const key = instance.index_key === undefined ? '' : `[${JSON.stringify(instance.index_key)}]`;
  return `${base}${key}${instance.deposed === undefined ? '' : ` (deposed ${instance.deposed})`}`;
}

function parsed(content: Buffer): unknown {
  try {
    return JSON.parse(withoutByteOrderMark(content).toString('utf8'));
  } catch {
    throw unreadable();
  }
}

function unreadable(): ProblemError {
  return new ProblemError(422, 'MALFORMED_STATE', 'one of these versions is no state of format 4');
}
