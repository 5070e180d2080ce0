import type { Client, Schemas } from '@berth/client';
import { oneLine } from '../output/plain.js';
import { ago } from '../output/words.js';

type Task = Schemas['Task'];

/** How many people still have to say yes. */
export function approvalsMissing({ approvals }: Pick<Task, 'approvals'>): number {
  return approvals === null ? 0 : Math.max(0, approvals.needed - approvals.given.length);
}

/** `1 of 2 approvals; waits for another person`. */
export function approvalsText(task: Pick<Task, 'approvals'>): string {
  const { needed = 1, given = [] } = task.approvals ?? {};
  const missing = approvalsMissing(task);
  const others = given.length === 0 ? 'people' : 'other people';
  const other = given.length === 0 ? 'a person' : 'another person';
  const waits = missing === 0 ? '' : `; waits for ${missing === 1 ? other : `${missing} ${others}`}`;
  return `${given.length} of ${needed} ${needed === 1 ? 'approval' : 'approvals'}${waits}`;
}

/** Who has said yes, and why. */
export function approvalLines({ approvals }: Pick<Task, 'approvals'>): string[] {
  return (approvals?.given ?? []).map(({ actor, comment, at }) => {
    const why = comment === null ? '' : `: ${oneLine(comment)}`;
    return `${oneLine(actor)}, ${ago(at)}${why}`;
  });
}

/** Of a plan that was made again: whether it is the same as the one before, and what differs where it is not. */
export async function replannedText(
  client: Client,
  { id, planIdentical }: Pick<Task, 'id' | 'planIdentical'>,
  signal?: AbortSignal,
): Promise<string> {
  if (planIdentical === null) {
    return '';
  }
  const word = planIdentical ? 'the same as before' : 'another one than before';
  let said = '';
  for (let cursor: string | null = null; ;) {
    const params = { path: { id }, query: { limit: 200, ...(cursor === null ? {} : { cursor }) } };
    const page: { items: readonly Schemas['TaskEvent'][]; nextCursor: string | null } = await client.get(
      '/api/v1/tasks/{id}/events',
      { params, ...(signal === undefined ? {} : { signal }) },
    );
    said = page.items.findLast(({ event }) => event === 'finish_plan')?.message ?? said;
    cursor = page.nextCursor;
    if (cursor === null) {
      return said === '' ? word : `${word}: ${oneLine(said)}`;
    }
  }
}
