import type { Client, Schemas } from '@berth/client';
import { Ending, ExitCode } from '../failures.js';
import type { Output } from '../output/output.js';
import { oneLine } from '../output/plain.js';
import { Interrupted, type Terminal } from '../output/terminal.js';
import { statusWords } from '../output/words.js';
import { approvalsText, replannedText } from './approvals.js';
import { decide, decideOnInterrupt } from './decide.js';
import type { Interrupts } from './interrupts.js';
import type { RunReport } from './report.js';
import type { RunWatch } from './watch.js';

type Task = Schemas['Task'];

export interface Attending {
  readonly client: Client;
  readonly out: Output;
  readonly terminal: Terminal;
  readonly interrupts: Interrupts;
  readonly report: RunReport;
  readonly watch: RunWatch;
  /** How the person calls us. */
  readonly berth: string;
  /** Whether the person is asked where the run waits for one. */
  readonly asks: boolean;
  /** Ends the watching, and never the run. */
  readonly deadline: AbortSignal;
}

/**
 * Stays with a run to its end: shows what it says, asks where it waits for a person, and asks what Ctrl-C was to mean.
 * @returns the run that has succeeded @throws Ending for every other end
 */
export async function attendRun(id: string, attending: Attending): Promise<Task> {
  for (;;) {
    try {
      const task = await attendOnce(attending);
      if (task !== 'on') {
        return task;
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) {
        throw error;
      }
      await afterInterrupt(id, attending);
    }
  }
}

async function attendOnce(attending: Attending): Promise<Task | 'on'> {
  const { interrupts, watch, deadline, out } = attending;
  const task = await interrupts.during(async (signal) =>
    watch.untilItRests(AbortSignal.any([signal, deadline])),
  );
  out.progress.clear();
  if (task.status !== 'apply_pending') {
    return ended(task, attending);
  }
  await showPlan(task, attending);
  if (task.planIdentical !== null) {
    const replanned = await interrupts.during(async (signal) =>
      replannedText(attending.client, task, signal),
    );
    out.note(`It was planned again: the plan is ${replanned}`);
  }
  if (!attending.asks) {
    out.streamed({ task });
    throw waits(task, attending.berth);
  }
  const { client, terminal } = attending;
  const decision = await interrupts.during(async (signal) =>
    decide(task, { client, out, terminal, watch, signal }),
  );
  if (decision === 'later' || decision === 'approved') {
    const params = { path: { id: task.id } };
    throw waits(await client.get('/api/v1/tasks/{id}', { params }), attending.berth);
  }
  if (decision !== 'moved') {
    attending.report.expect(decision === 'confirmed' ? 'confirm' : 'discard');
  }
  return 'on';
}

async function showPlan({ id }: Task, { client, report }: Attending): Promise<void> {
  report.plan(await client.get('/api/v1/tasks/{id}/plan', { params: { path: { id } } }));
}

/** What is said of a run that a person has to decide on, and how. */
function waits(task: Task, berth: string): Ending {
  const { id, planHash, approvals } = task;
  const isOfSeveral = approvals !== null && approvals.needed > 1;
  return new Ending(
    ExitCode.waitsForPerson,
    [
      isOfSeveral ? `Run ${id} has ${approvalsText(task)}:` : `Run ${id} waits for a confirmation:`,
      `  ${berth} confirm ${id} --plan-hash ${planHash ?? ''}`,
      `  ${berth} discard ${id}`,
    ].join('\n'),
  );
}

/** @throws Ending unless it has succeeded */
function ended(task: Task, { out, berth }: Pick<Attending, 'out' | 'berth'>): Task {
  out.streamed({ task });
  if (task.status === 'succeeded') {
    return task;
  }
  const reason = task.error === null ? '' : `: ${oneLine(task.error.message)} (${task.error.code})`;
  const again = task.status === 'failed' ? `\nOnce that is mended: ${berth} retry ${task.id}` : '';
  throw new Ending(ExitCode.failed, `Run ${task.id} ${statusWords(task.status)}${reason}${again}`);
}

/** @throws Ending where the run is left alone */
async function afterInterrupt(id: string, attending: Attending): Promise<void> {
  const { client, out, terminal, interrupts, berth } = attending;
  out.progress.clear();
  const left = new Ending(
    ExitCode.interrupted,
    `Run ${id} goes on without you: ${berth} logs -f ${id}, or ${berth} cancel ${id}`,
  );
  if (!terminal.isThere) {
    throw left;
  }
  try {
    const answer = await interrupts.during(async (signal) =>
      decideOnInterrupt(id, { client, out, terminal, signal }),
    );
    if (answer === 'watch') {
      return;
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      throw error;
    }
  }
  throw left;
}
