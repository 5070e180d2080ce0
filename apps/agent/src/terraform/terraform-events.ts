import type { Mask } from '@berth/masking';
import { z } from 'zod';

/** An error or warning as terraform's `-json` stream has it. */
export const Diagnostic = z.object({
  severity: z.string(),
  summary: z.string().catch(''),
  detail: z.string().catch(''),
  address: z.string().optional(),
  range: z
    .object({ filename: z.string(), start: z.object({ line: z.number() }) })
    .nullish()
    .catch(null),
  snippet: z
    .object({
      context: z.string().nullish(),
      code: z.string(),
      start_line: z.number(),
      values: z.array(z.object({ traversal: z.string(), statement: z.string() })).nullish(),
    })
    .nullish()
    .catch(null),
});
export type Diagnostic = z.infer<typeof Diagnostic>;

export const ChangeSummary = z.object({
  add: z.number(),
  change: z.number(),
  remove: z.number(),
  import: z.number().catch(0),
  operation: z.string(),
});
export type ChangeSummary = z.infer<typeof ChangeSummary>;

const resource = z.object({ addr: z.string(), resource_type: z.string().optional() });

const hook = z.object({
  resource: resource.optional(),
  action: z.string().optional(),
  elapsed_seconds: z.number().optional(),
  provisioner: z.string().optional(),
  output: z.string().optional(),
});

/** In a plan's list with an action, after an apply with the value. */
const output = z.object({
  sensitive: z.boolean(),
  action: z.string().optional(),
  value: z.unknown().optional(),
});

/** One line of the `-json` stream (ui 1.2): the parts that Berth reads; a part of another shape counts as absent. */
const TerraformEvent = z.object({
  type: z.string(),
  '@message': z.string().catch(''),
  diagnostic: Diagnostic.optional().catch(undefined),
  changes: ChangeSummary.optional().catch(undefined),
  hook: hook.optional().catch(undefined),
  change: z.object({ resource, action: z.string() }).optional().catch(undefined),
  outputs: z.record(z.string(), output).optional().catch(undefined),
});
export type TerraformEvent = z.infer<typeof TerraformEvent>;

/** Null when the line is none of terraform's events: a panic, a warning about the CLI configuration, a provider's chatter. */
export function parseEvent(line: string): TerraformEvent | null {
  if (!line.startsWith('{')) {
    return null;
  }
  try {
    const parsed = TerraformEvent.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** What it says of the run's own things, without sensitive values; its type and counts are terraform's. */
export function maskedEvent(event: TerraformEvent, mask: Mask): TerraformEvent {
  const { type, changes, ...said } = event;
  return { ...mask.json(said), type, ...(changes === undefined ? {} : { changes }) };
}

const DUMP_HEAD = /^\{[^{}]*"@message":"Emergency state dump"[^{}]*,"state":(?=\{)/;
/** What may stand behind the state: texts, and the end of the line's own object. */
const DUMP_TAIL = /(?:,"[^"{}]*":"[^"{}]*")*\}\r?$/;

/**
 * The raw state in the line with which terraform saves what it could write nowhere else; null for any other line.
 * Cut out of the text, because JSON.parse would round large numbers in it.
 */
export function emergencyState(line: string): string | null {
  const head = DUMP_HEAD.exec(line);
  if (head === null) {
    return null;
  }
  const state = line.slice(head[0].length).replace(DUMP_TAIL, '');
  return state.endsWith('}') ? state : null;
}

/** The same of a line that is too long to be held: where the state begins and ends in its bytes. */
export function emergencyStateIn(
  length: number,
  ends: { readonly head: Buffer; readonly tail: Buffer },
): { readonly from: number; readonly to: number } | null {
  // One character for each byte.
  const head = DUMP_HEAD.exec(ends.head.toString('latin1'));
  const tail = DUMP_TAIL.exec(ends.tail.toString('latin1'));
  return head === null || tail === null ? null : { from: head[0].length, to: length - tail[0].length };
}
