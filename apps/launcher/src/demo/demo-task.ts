import { z } from 'zod';

/** Begins the message of every task that the demo makes: by it the next demo knows what it may cancel. */
export const MESSAGE_PREFIX = 'npm run demo: ';

const phaseSchema = z.object({
  processStartedAt: z.string().nullish(),
  init: z.object({ skipped: z.boolean(), reason: z.string(), seconds: z.number() }).optional(),
  planRestore: z.object({ skipped: z.boolean(), seconds: z.number() }).optional(),
});

export const demoTaskSchema = z.object({
  id: z.string(),
  operation: z.string().nullable(),
  status: z.string(),
  phase: z.string(),
  message: z.string().nullable(),
  agentId: z.string().nullable(),
  slotId: z.int().nullable(),
  planHash: z.string().nullable(),
  changes: z.object({ add: z.int(), change: z.int(), destroy: z.int() }).nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  phases: z.object({ plan: phaseSchema.optional(), apply: phaseSchema.optional() }),
  createdAt: z.string(),
  confirmedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

/** What of a task matters here. */
export type DemoTask = z.infer<typeof demoTaskSchema>;

export const demoEventSchema = z.object({
  at: z.string(),
  event: z.string(),
  attempt: z.int(),
  data: z.record(z.string(), z.unknown()),
});

/** What of a line of the timeline matters here. */
export type DemoEvent = z.infer<typeof demoEventSchema>;

export function isMadeByDemo({ message }: Pick<DemoTask, 'message'>): boolean {
  return message?.startsWith(MESSAGE_PREFIX) === true;
}

export function isUnfinished({ finishedAt }: Pick<DemoTask, 'finishedAt'>): boolean {
  return finishedAt === null;
}

/** Whether others of the workspace have to wait for it: one that only plans is in nobody's way. */
export function isInTheWay(task: Pick<DemoTask, 'operation' | 'finishedAt'>): boolean {
  return isUnfinished(task) && task.operation !== 'plan';
}

/** Whether the plan is one of examples/hello: it makes or changes the greeting and takes nothing away. */
export function isOfTheExample({ changes }: Pick<DemoTask, 'changes'>): boolean {
  return changes !== null && changes.destroy === 0 && changes.add + changes.change === 1;
}
