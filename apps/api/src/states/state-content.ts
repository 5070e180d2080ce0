import { z } from 'zod';
import { ProblemError } from '../problems/problem-error.js';

/** What every state file of format 4 says of itself. */
const StateHeader = z.object({
  version: z.int(),
  serial: z.int().min(0),
  lineage: z.string().min(1),
  resources: z
    .array(
      z.object({
        module: z.string().optional(),
        mode: z.string(),
        type: z.string(),
        name: z.string(),
        provider: z.string().optional(),
        instances: z.array(z.object({ index_key: z.union([z.string(), z.number()]).optional() })).default([]),
      }),
    )
    .default([]),
  outputs: z
    .record(
      z.string(),
      z.object({ value: z.unknown(), type: z.unknown(), sensitive: z.boolean().default(false) }),
    )
    .default({}),
});
export type StateHeader = z.infer<typeof StateHeader>;

/** @throws ProblemError 400 where it is no state file; a foreign file must never become the truth */
export function parseState(content: Buffer): StateHeader {
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new ProblemError(400, 'MALFORMED_STATE', 'the body is not JSON', { cause });
  }
  const state = StateHeader.safeParse(json);
  if (!state.success) {
    const faults = state.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ProblemError(400, 'MALFORMED_STATE', `the body is no terraform state: ${faults.join('; ')}`);
  }
  return state.data;
}

const SERIAL_FIELD = /("serial"\s*:\s*)\d+/g;

/**
 * The same state with this serial. Only that number is replaced in its text: written anew, numbers that JavaScript does
 * not hold exactly would be rounded, and be the truth then.
 */
export function withSerial(content: Buffer, serial: number): Buffer {
  const text = content.toString('utf8');
  if (serialIn(text) === serial) {
    return content;
  }
  for (const field of text.matchAll(SERIAL_FIELD)) {
    const [all, name = ''] = field;
    const changed = `${text.slice(0, field.index)}${name}${serial}${text.slice(field.index + all.length)}`;
    // An output or an attribute may have that name too.
    if (serialIn(changed) === serial) {
      return Buffer.from(changed);
    }
  }
  throw new ProblemError(
    400,
    'MALFORMED_STATE',
    'the state names its serial in a way that is not understood',
  );
}

function serialIn(state: string): unknown {
  return (JSON.parse(state) as { serial?: unknown }).serial;
}

/** What is in the state, without the resources' attributes, which hold secrets. */
export function describeState(state: StateHeader) {
  return {
    resources: state.resources.flatMap((resource) => {
      const prefix = [resource.module, resource.mode === 'data' ? 'data' : undefined].filter(
        (part) => part !== undefined,
      );
      const base = [...prefix, resource.type, resource.name].join('.');
      return resource.instances.map((instance) => ({
        address: instance.index_key === undefined ? base : `${base}[${JSON.stringify(instance.index_key)}]`,
        type: resource.type,
        provider: resource.provider ?? null,
      }));
    }),
    outputs: Object.fromEntries(
      Object.entries(state.outputs).map(([name, output]) => [
        name,
        { type: output.type, sensitive: output.sensitive, value: output.sensitive ? null : output.value },
      ]),
    ),
  };
}
