import { ApiProblem, type Client, type Schemas } from '@berth/client';
import type { Output } from '../output/output.js';
import type { Terminal } from '../output/terminal.js';
import { isOver, statusWords } from '../output/words.js';
import type { RunWatch } from './watch.js';

type Task = Schemas['Task'];

export interface Deciding {
  readonly client: Client;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly watch: RunWatch;
  readonly signal: AbortSignal;
}

/**
 * What a person has made of a plan; `moved` where it was decided elsewhere while they were asked, `approved` where more
 * people have to say yes.
 */
export type Decision = 'confirmed' | 'approved' | 'discarded' | 'later' | 'moved';

/** Refusals of a yes that leave the plan waiting for somebody else. */
const FOR_OTHERS: ReadonlySet<string> = new Set(['SELF_APPROVAL', 'APPROVED_ALREADY']);

/**
 * Asks whether the plan is to be applied, and does so with the hash of what was shown. While the question stands, somebody
 * else may answer it, or the slot may be lost: then it is taken back. @throws Interrupted
 */
export async function decide(task: Task, deciding: Deciding): Promise<Decision> {
  const { client, out, terminal, watch, signal } = deciding;
  const question = new AbortController();
  const moved = new Error('decided elsewhere');
  const either = AbortSignal.any([signal, question.signal]);
  const watching = watch.untilItMoves(either).then(
    () => {
      question.abort(moved);
    },
    // Without the line to the api the question stands: the confirmation carries the hash of the plan that was shown.
    () => undefined,
  );
  try {
    const answer = await terminal.choose(
      `${neededText(task)}Apply this plan? ${out.noteColours.paint('bold', '[yes / no: discard it / later]')} `,
      ['yes', 'no', 'later'],
      'later',
      either,
    );
    if (answer === 'later') {
      return 'later';
    }
    if (answer === 'no') {
      await discard(client, task);
      return 'discarded';
    }
    const confirmed = await confirm(client, task);
    return confirmed.status === 'apply_pending' ? 'approved' : 'confirmed';
  } catch (error) {
    if (error === moved) {
      out.note('It has moved on meanwhile.');
      return 'moved';
    }
    if (error instanceof ApiProblem && FOR_OTHERS.has(error.code)) {
      out.note(error.detail);
      return 'later';
    }
    if (error instanceof ApiProblem && error.status === 409) {
      out.note(error.detail);
      return 'moved';
    }
    throw error;
  } finally {
    question.abort(moved);
    await watching;
  }
}

/** Whoever is asked for one approval of several should know that theirs alone applies nothing. */
function neededText(task: Task): string {
  const { needed = 1, given = [] } = task.approvals ?? {};
  return needed === 1 ? '' : `It needs ${needed} approvals, and has ${given.length}. `;
}

/** Only the plan that was shown is confirmed. */
async function confirm(client: Client, { id, planHash }: Task): Promise<Task> {
  const body = planHash === null ? {} : { planHash };
  return client.post('/api/v1/tasks/{id}/confirm', { params: { path: { id } }, body });
}

async function discard(client: Client, { id }: Pick<Task, 'id'>): Promise<void> {
  await client.post('/api/v1/tasks/{id}/discard', { params: { path: { id } }, body: {} });
}

/** What follows Ctrl-C while a run goes on: it is asked once. A second Ctrl-C means to leave it. */
export async function decideOnInterrupt(
  id: string,
  { client, out, terminal, signal }: Omit<Deciding, 'watch'>,
): Promise<'leave' | 'watch'> {
  const task = await client.get('/api/v1/tasks/{id}', { params: { path: { id } }, timeoutMs: 5_000, signal });
  if (isOver(task.status)) {
    return 'watch';
  }
  const waits = task.status === 'apply_pending';
  const stop = waits ? 'discard' : 'cancel';
  const leave = waits ? 'leave it waiting' : 'leave it running';
  const consequence =
    task.status === 'applying' ? ' (terraform is interrupted in the middle of its changes)' : '';
  out.note(`Run ${id} ${statusWords(task.status)}.`);
  const answer = await terminal.choose(
    `[l]eave: ${leave}, [${stop.charAt(0)}]${stop.slice(1)} it${consequence}, or [w]atch on? [l] `,
    ['leave', stop, 'watch'],
    'leave',
    signal,
  );
  if (answer === 'discard') {
    await discard(client, { id });
  } else if (answer === 'cancel') {
    await client.post('/api/v1/tasks/{id}/cancel', { params: { path: { id } }, body: {} });
    out.note('It is being cancelled.');
  }
  return answer === 'leave' ? 'leave' : 'watch';
}
