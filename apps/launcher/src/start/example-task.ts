import { z } from 'zod';

export const taskSchema = z.object({
  id: z.string(),
  operation: z.string().nullish(),
  status: z.string(),
  createdAt: z.string(),
  changes: z.object({ add: z.number(), change: z.number(), destroy: z.number() }).nullish(),
  error: z.object({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
});

/** What of a task matters here. */
export type ExampleTask = z.infer<typeof taskSchema>;

/** What the example needs at this start. */
export type ExampleStep =
  | { kind: 'create' }
  /** It is under way to its plan. */
  | { kind: 'wait'; task: ExampleTask }
  /** It waits for the person, or the person has decided already. */
  | { kind: 'report'; task: ExampleTask };

const ON_THE_WAY = new Set(['pending', 'assigned', 'planning']);

/** Creates the example's task once; only one that failed before it had ever been applied is tried anew. */
export function nextExampleStep(tasks: readonly ExampleTask[]): ExampleStep {
  const newestFirst = [...tasks].sort(
    (left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt),
  );
  const waiting = newestFirst.find(({ status }) => status === 'apply_pending');
  const underWay = newestFirst.find(({ status }) => ON_THE_WAY.has(status));
  const [newest] = newestFirst;
  if (waiting !== undefined) {
    return { kind: 'report', task: waiting };
  }
  if (underWay !== undefined) {
    return { kind: 'wait', task: underWay };
  }
  if (newest === undefined || newestFirst.every(({ status }) => status === 'failed')) {
    return { kind: 'create' };
  }
  return { kind: 'report', task: newest };
}

/** Whether there is nothing more to wait for. */
export function isSettled({ status }: ExampleTask): boolean {
  return !ON_THE_WAY.has(status);
}

/** The line that Terraform itself ends a plan with. */
export function planLine({ changes }: ExampleTask): string {
  return changes
    ? `Plan: ${changes.add} to add, ${changes.change} to change, ${changes.destroy} to destroy.`
    : 'The plan is there.';
}
