import { isStorable } from '@berth/contracts';
import { z } from 'zod';
import { serialOf } from './state-identity.js';

/** What a file says of the state that it may be. */
export interface StateFacts {
  /** Why it can never be a workspace's state, as a person reads it; null where it can. */
  readonly fault: string | null;
  /** Null where it says none that can be read. */
  readonly serial: bigint | null;
  readonly lineage: string | null;
  /** What is wrong with serial and lineage where they are there; a first state's empty lineage is not. */
  readonly oddities: readonly string[];
  readonly body: StateBody | null;
}

/** The parts of a state file of format 4 that Berth reads. */
const StateBody = z.object({
  version: z.literal(4, 'must be 4: terraform before 0.12 and versions that do not exist yet write others'),
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
    .nullish()
    .transform((resources) => resources ?? []),
  outputs: z
    .record(
      z.string(),
      z.object({ value: z.unknown(), type: z.unknown(), sensitive: z.boolean().default(false) }),
    )
    .nullish()
    .transform((outputs) => outputs ?? {}),
});
export type StateBody = z.infer<typeof StateBody>;

const MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const GZIP = Buffer.from([0x1f, 0x8b]);
/** The longest string that the engine has is not much longer. */
const MAX_READ_BYTES = 500 * 1024 * 1024;
const MAX_LINEAGE = 1_000;

/** Looks into a file that may be a state. It throws nothing: whatever it is, it may be the only copy of something. */
export function stateFacts(content: Buffer): StateFacts {
  const read = readObject(content);
  if (typeof read === 'string') {
    return { fault: read, serial: null, lineage: null, oddities: [], body: null };
  }
  const body = StateBody.safeParse(read);
  const faults = body.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  const serial = serialOf(content);
  const { lineage } = read;
  const isLineage = typeof lineage === 'string' && lineage !== '' && isKeepable(lineage);
  const isLineageOdd = lineage !== undefined && lineage !== null && lineage !== '' && !isLineage;
  return {
    fault: faults.length === 0 ? null : `it is no terraform state: ${faults.slice(0, 5).join('; ')}`,
    serial,
    lineage: isLineage ? lineage : null,
    oddities: [
      ...(serial === null ? ['serial: must be a whole number from 0 on'] : []),
      ...(isLineageOdd ? ['lineage: must be a text'] : []),
    ],
    body: body.data ?? null,
  };
}

/** Windows' editors put the mark there; JSON has none, and terraform does not read it. */
export function withoutByteOrderMark(content: Buffer): Buffer {
  return content.subarray(0, MARK.length).equals(MARK) ? content.subarray(MARK.length) : content;
}

/** What is no object is told in words, without any of it: a state holds secrets. */
function readObject(content: Buffer): Record<string, unknown> | string {
  if (content.subarray(0, GZIP.length).equals(GZIP)) {
    return 'it is compressed (gzip)';
  }
  if (content.length > MAX_READ_BYTES) {
    return `it has ${content.length} bytes, which is more than can be looked into`;
  }
  let json: unknown;
  try {
    json = JSON.parse(content.toString('utf8'));
  } catch {
    return content.length === 0 ? 'it is empty' : 'it is not JSON, or not whole';
  }
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : 'it is JSON and no object';
}

function isKeepable(lineage: string): boolean {
  return lineage.length <= MAX_LINEAGE && isStorable(lineage);
}
