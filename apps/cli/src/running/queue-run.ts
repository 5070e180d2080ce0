import { randomUUID } from 'node:crypto';
import type { Client, Schemas } from '@berth/client';
import { patiently } from '../connection/patience.js';
import { WrongUse } from '../failures.js';
import type { Output } from '../output/output.js';
import type { Terminal } from '../output/terminal.js';
import { ago, changesText } from '../output/words.js';

type Task = Schemas['Task'];

/** How a run is asked for on the command line. */
export interface RunWish {
  readonly planOnly?: boolean;
  readonly destroy?: boolean;
  readonly autoApprove?: boolean;
  readonly refreshOnly?: boolean;
  readonly target?: readonly string[];
  readonly replace?: readonly string[];
  readonly var?: readonly string[];
  readonly message?: string;
}

/** @throws WrongUse where the wishes contradict each other */
export function operationOf({
  planOnly,
  destroy,
  autoApprove,
}: RunWish): 'plan' | 'plan_and_apply' | 'destroy' {
  if (planOnly === true && destroy === true) {
    throw new WrongUse(
      '--plan-only and --destroy: the plan of a destroy is shown before anything is destroyed; leave --plan-only out',
    );
  }
  if (planOnly === true && autoApprove === true) {
    throw new WrongUse(
      '--plan-only and --auto-approve: a plan alone is never applied; leave one of them out',
    );
  }
  return planOnly === true ? 'plan' : destroy === true ? 'destroy' : 'plan_and_apply';
}

/** `name=value` as terraform's own -var; what is no plain text there is an expression here too. @throws WrongUse */
export function variableOf(given: string): Schemas['GivenVariable'] {
  const at = given.indexOf('=');
  const key = given.slice(0, at).trim();
  if (at < 1 || key === '') {
    throw new WrongUse(`--var ${JSON.stringify(given)}: it looks like name=value`);
  }
  const value = given.slice(at + 1);
  return { key, value, ...(/^\s*[[{]/.test(value) ? { hcl: true } : {}) };
}

/** Queues the run; it is the same one however often the call has to be made. */
export async function queueRun(
  client: Client,
  wish: RunWish,
  { workspaceId, configurationId }: { readonly workspaceId: string; readonly configurationId: string },
): Promise<Task> {
  const { target = [], replace = [], refreshOnly, autoApprove, message } = wish;
  const variables = (wish.var ?? []).map(variableOf);
  const body = {
    workspaceId,
    configurationId,
    operation: operationOf(wish),
    ...(target.length === 0 ? {} : { targets: [...target] }),
    ...(replace.length === 0 ? {} : { replace: [...replace] }),
    ...(variables.length === 0 ? {} : { variables }),
    ...(refreshOnly === true ? { refreshOnly } : {}),
    ...(autoApprove === true ? { autoApply: true } : {}),
    ...(message === undefined ? {} : { message }),
  };
  const params = { header: { 'Idempotency-Key': randomUUID() } };
  return patiently(async () => client.post('/api/v1/tasks', { params, body }));
}

/**
 * A run that waits for a person keeps all others of its workspace waiting. Whoever begins another one is told before, and
 * may discard it.
 */
export async function clearTheWay(
  client: Client,
  workspaceId: string,
  {
    out,
    terminal,
    asks,
    signal,
  }: {
    readonly out: Output;
    readonly terminal: Terminal;
    readonly asks: boolean;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const query = { workspaceId, status: 'apply_pending', limit: 1 };
  const [waiting] = (await client.get('/api/v1/tasks', { params: { query }, signal })).items;
  if (waiting === undefined) {
    return;
  }
  const { id, createdAt, changes } = waiting;
  out.note(
    `Run ${id} of this workspace, ${ago(createdAt)}, waits for a confirmation (${changesText(changes)}).`,
  );
  if (!asks) {
    return;
  }
  const answer = await terminal.choose(
    'The new run stands behind it: [d]iscard that one, or [w]ait behind it? [w] ',
    ['discard', 'wait'],
    'wait',
    signal,
  );
  if (answer === 'discard') {
    await client.post('/api/v1/tasks/{id}/discard', { params: { path: { id } }, body: {}, signal });
    out.note(`Run ${id} is discarded.`);
  }
}
