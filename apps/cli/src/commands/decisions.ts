import { randomUUID } from 'node:crypto';
import { InvalidArgumentError, type Command } from 'commander';
import type { Schemas } from '@berth/client';
import { action, type Cli, type Session } from '../cli.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import { Terminal } from '../output/terminal.js';
import { statusWords } from '../output/words.js';
import { approvalLines, approvalsText } from '../running/approvals.js';
import { calledAs } from '../running/called-as.js';
import { planLines } from '../running/report.js';
import { followRun } from './logs.js';
import { expectWaiting } from './runs.js';

type Task = Schemas['Task'];

interface Comment {
  readonly comment?: string;
}
interface Follow {
  readonly follow?: boolean;
}
interface ConfirmOptions extends Comment, Follow {
  readonly planHash?: string;
}
interface CancelOptions extends Comment {
  readonly force?: boolean;
}

/** `berth confirm`, `discard`, `cancel`, `release` and `retry`. */
export function addDecisions(program: Command, cli: Cli): void {
  ofRun(program, 'confirm')
    .summary('apply the plan of a run that waits for it')
    .description(
      'Confirms the plan of a run: it is applied. On a terminal the plan is shown and asked about; a script says with ' +
        '--plan-hash which plan it means, and no other one is ever applied for it. Where the workspace asks for several ' +
        'approvals, this is one of them, and exit code 3 says that more are needed.',
    )
    .option('--plan-hash <hash>', 'the very plan that is confirmed ("berth show" names it)', planHash)
    .option('-f, --follow', 'stay and show the apply')
    .action(action(cli, confirm));
  ofRun(program, 'discard')
    .summary('never apply the plan of a run')
    .description('Discards a run that has not begun to apply.')
    .action(action(cli, discard));
  ofRun(program, 'cancel')
    .summary('stop a run, whatever it is doing')
    .description('Cancels a run; terraform is interrupted, and ends what it has begun.')
    .option('--force', 'kill it at once: the state may be left behind')
    .action(action(cli, cancel));
  ofRun(program, 'release')
    .summary('free the slot that a waiting plan holds')
    .description(
      'Frees the slot that is reserved for a plan: the run still waits, and confirming it plans again.',
    )
    .action(action(cli, release));
  ofRun(program, 'retry')
    .summary('queue the work of a finished run again')
    .description(
      'Queues the work of a failed, cancelled or discarded run again, as a new run with the same configuration.',
    )
    .option('-f, --follow', 'stay and show the new run')
    .action(action(cli, retry));
}

function ofRun(program: Command, name: string): Command {
  return program
    .command(name)
    .argument('<run>', 'its id')
    .option('-m, --comment <text>', 'why, for the timeline');
}

function planHash(value: string): string {
  const hash = value.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw new InvalidArgumentError('It has 64 hexadecimal digits; "berth show" names it.');
  }
  return hash;
}

async function confirm(session: Session, options: ConfirmOptions, id: string): Promise<void> {
  const { client } = session;
  const hash = options.planHash ?? (await hashOfWhatWasRead(session, id));
  const body = { planHash: hash, ...(options.comment === undefined ? {} : { comment: options.comment }) };
  const task = await client.post('/api/v1/tasks/{id}/confirm', { params: { path: { id } }, body });
  if (task.status === 'apply_pending') {
    session.out.document(task, () => [`run ${id} has ${approvalsText(task)}`]);
    throw new Ending(ExitCode.waitsForPerson);
  }
  tell(session, task);
  if (options.follow === true) {
    await followRun(session, id, undefined);
  }
}

/** Whoever confirms has seen the plan. @throws WrongUse without a terminal, Ending where it is not confirmed */
async function hashOfWhatWasRead({ client, out, surroundings }: Session, id: string): Promise<string> {
  const terminal = new Terminal(surroundings);
  const params = { path: { id } };
  const task = await client.get('/api/v1/tasks/{id}', { params });
  expectWaiting(task);
  if (!terminal.isThere || out.json) {
    const berth = calledAs(surroundings.env);
    throw new WrongUse(
      `without a terminal, say which plan you mean: ${berth} confirm ${id} --plan-hash ${task.planHash ?? ''}\n` +
        `(${berth} show --plan ${id} says what it would do)`,
    );
  }
  const plan = await client.get('/api/v1/tasks/{id}/plan', { params });
  out.note(planLines(plan, { colours: out.noteColours }).join('\n'));
  if (task.approvals !== null && task.approvals.needed > 1) {
    out.note([`It has ${approvalsText(task)}.`, ...approvalLines(task)].join('\n  '));
  }
  const answer = await terminal.choose('Apply this plan? [yes/No] ', ['yes', 'no'], 'no');
  if (answer === 'no') {
    throw new Ending(ExitCode.waitsForPerson, 'Not confirmed: it still waits.');
  }
  return plan.hash;
}

async function discard(session: Session, options: Comment, id: string): Promise<void> {
  const params = { path: { id } };
  tell(
    session,
    await session.client.post('/api/v1/tasks/{id}/discard', { params, body: { ...commentOf(options) } }),
  );
}

async function cancel(session: Session, { force, ...options }: CancelOptions, id: string): Promise<void> {
  const { client } = session;
  const call = { params: { path: { id } }, body: { ...commentOf(options) } };
  const task = await (force === true
    ? client.post('/api/v1/tasks/{id}/force-cancel', call)
    : client.post('/api/v1/tasks/{id}/cancel', call));
  tell(session, task);
}

async function release(session: Session, options: Comment, id: string): Promise<void> {
  const params = { path: { id } };
  const body = { ...commentOf(options) };
  const task = await session.client.post('/api/v1/tasks/{id}/release-reservation', { params, body });
  session.out.document(task, () => [`run ${id} holds no slot any more; it ${statusWords(task.status)}`]);
}

async function retry(session: Session, { follow, ...options }: Comment & Follow, id: string): Promise<void> {
  const { client, out } = session;
  const params = { path: { id }, header: { 'Idempotency-Key': randomUUID() } };
  const task = await client.post('/api/v1/tasks/{id}/retry', { params, body: { ...commentOf(options) } });
  out.document(task, () => [task.id]);
  out.note(`It is queued again, as run ${task.id}.`);
  if (follow === true) {
    await followRun(session, task.id, undefined);
  }
}

function commentOf({ comment }: Comment): Comment {
  return comment === undefined ? {} : { comment };
}

function tell({ out }: Session, task: Task): void {
  const stops = task.stopRequested !== null && task.finishedAt === null;
  out.document(task, () => [`run ${task.id} ${stops ? 'is being stopped' : statusWords(task.status)}`]);
}
