import type { Schemas } from '@berth/client';
import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { pagesOf } from '../connection/pages.js';
import { Ending, ExitCode } from '../failures.js';
import type { Output } from '../output/output.js';
import { oneLine } from '../output/plain.js';
import type { Column } from '../output/table.js';
import { ago, changesText, span } from '../output/words.js';
import { approvalLines, approvalsText, replannedText } from '../running/approvals.js';
import { planLines } from '../running/report.js';
import { count } from './parsers.js';
import { newestRun } from './newest-run.js';
import { withWorkspace, workspaceIfNamed, type WorkspaceOption } from './workspace-option.js';

type Task = Schemas['Task'];

interface ListOptions extends WorkspaceOption {
  readonly status?: string;
  readonly kind?: 'terraform' | 'build';
  readonly limit: number;
}

interface ShowOptions extends WorkspaceOption {
  readonly plan?: boolean;
  readonly events?: boolean;
}

/** `berth runs` and `berth show`. */
export function addRuns(program: Command, cli: Cli): void {
  withWorkspace(program.command('runs'))
    .summary('list runs, newest first')
    .description('Lists runs, newest first: those of the workspace where one is named, else all.')
    .option('--status <status>', 'only in this state; several with commas: apply_pending,failed')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(['terraform', 'build']))
    .option('-n, --limit <number>', 'how many', count, 20)
    .action(action(cli, list));
  withWorkspace(program.command('show'))
    .summary('one run: where it is, its plan, its timeline')
    .description('Shows a run; without an id, the newest one of the workspace.')
    .argument('[run]', 'its id')
    .option('--plan', 'what its plan would do')
    .option('--events', 'its timeline')
    .action(action(cli, show));
}

async function list(session: Session, options: ListOptions): Promise<void> {
  const { client, out } = session;
  const workspaceId = await workspaceIfNamed(session, options);
  const { status, kind, limit } = options;
  const filter = {
    ...(workspaceId === undefined ? {} : { workspaceId }),
    ...(status === undefined ? {} : { status }),
    ...(kind === undefined ? {} : { kind }),
  };
  const page = await pagesOf(limit, async (part) =>
    client.get('/api/v1/tasks', { params: { query: { ...filter, ...part } } }),
  );
  out.list(page, runColumns(out), 'There are no runs here yet: "berth run" makes one.');
}

function runColumns({ colours }: Output): Column<Task>[] {
  return [
    { title: 'run', of: ({ id }) => id },
    {
      title: 'status',
      of: ({ status }) => status,
      paint: (text, { status }) => colours.status(status, text),
    },
    { title: 'what', of: ({ kind, operation }) => operation ?? kind, goes: 2 },
    { title: 'changes', of: ({ changes }) => changesText(changes) },
    { title: 'begun', of: ({ createdAt }) => ago(createdAt), goes: 3 },
    {
      title: 'message',
      of: ({ message, error }) => oneLine(error?.code ?? message ?? '').slice(0, 40),
      goes: 1,
    },
  ];
}

async function show(session: Session, options: ShowOptions, given?: string): Promise<void> {
  const { client, out } = session;
  const id = given ?? (await newestRun(session, options));
  const params = { path: { id } };
  if (options.plan === true) {
    const plan = await client.get('/api/v1/tasks/{id}/plan', { params });
    out.document(plan, () => planLines(plan, out));
    return;
  }
  if (options.events === true) {
    const events = await client.get('/api/v1/tasks/{id}/events', { params });
    out.document(events, () =>
      events.items.map(
        ({ at, event, actor, message }) => `${at}  ${event}  ${oneLine(actor)}  ${oneLine(message)}`,
      ),
    );
    return;
  }
  const task = await client.get('/api/v1/tasks/{id}', { params });
  const replanned = await replannedText(client, task);
  out.record(task, [...detailColumns(out), { title: 'planned again', of: () => replanned }, ...endColumns()]);
}

function detailColumns({ colours }: Output): Column<Task>[] {
  return [
    { title: 'run', of: ({ id }) => id },
    {
      title: 'status',
      of: ({ status }) => status,
      paint: (text, { status }) => colours.status(status, text),
    },
    { title: 'what', of: ({ kind, operation }) => operation ?? kind },
    { title: 'message', of: ({ message }) => oneLine(message ?? '') },
    { title: 'workspace', of: ({ workspaceId }) => workspaceId ?? '' },
    { title: 'waits', of: ({ waiting }) => oneLine(waiting?.message ?? '') },
    { title: 'changes', of: ({ changes }) => changesText(changes) },
    { title: 'plan hash', of: ({ planHash }) => planHash ?? '' },
    { title: 'approvals', of: approvedText },
    { title: 'slot', of: slotText },
    { title: 'reserved', of: ({ reservation }) => reservedText(reservation) },
    { title: 'apply', of: warmText },
    { title: 'variables', of: ({ variables }) => variables.join(', ') },
    { title: 'targets', of: ({ targets }) => targets.join(', ') },
    { title: 'replaces', of: ({ replace }) => replace.join(', ') },
    {
      title: 'retries',
      of: ({ retries, maxRetries }) => (retries === 0 ? '' : `${retries} of ${maxRetries}`),
    },
  ];
}

function endColumns(): Column<Task>[] {
  return [
    { title: 'created', of: ({ createdAt }) => `${createdAt} (${ago(createdAt)})` },
    { title: 'took', of: tookText },
    { title: 'error', of: ({ error }) => (error === null ? '' : `${error.code}: ${oneLine(error.message)}`) },
  ];
}

/** Of one that never asks for any, nothing. */
function approvedText(task: Task): string {
  const { approvals, planHash, status } = task;
  if (
    approvals === null ||
    planHash === null ||
    (approvals.given.length === 0 && status !== 'apply_pending')
  ) {
    return '';
  }
  const given = approvalLines(task);
  return [approvalsText(task), ...(given.length === 0 ? [] : [`by ${given.join('; ')}`])].join(', ');
}

function slotText({ agentId, slotId }: Task): string {
  return agentId === null ? '' : `${agentId}, slot ${slotId ?? '?'}`;
}

function reservedText(reservation: Task['reservation']): string {
  return reservation === null ? '' : `until ${reservation.reservedUntil} (${ago(reservation.reservedUntil)})`;
}

function warmText({ phases }: Task): string {
  const init = phases.apply?.init;
  return init === undefined ? '' : `${init.skipped ? 'warm' : 'cold'}: ${oneLine(init.reason)}`;
}

function tookText({ startedAt, finishedAt }: Task): string {
  return startedAt === null || finishedAt === null
    ? ''
    : span((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
}

/** A run of this kind of state is what the caller needs. @throws Ending */
export function expectWaiting({ id, status }: Task): void {
  if (status !== 'apply_pending') {
    throw new Ending(ExitCode.failed, `run ${id} does not wait for a confirmation: it is ${status}`);
  }
}
