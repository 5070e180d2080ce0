import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { Terminal } from '../output/terminal.js';
import { attendRun } from '../running/attend.js';
import { calledAs } from '../running/called-as.js';
import { Interrupts } from '../running/interrupts.js';
import { RunReport } from '../running/report.js';
import { RunWatch } from '../running/watch.js';
import { newestRun } from './newest-run.js';
import { deadlineOf, seconds } from './parsers.js';
import { withWorkspace, type WorkspaceOption } from './workspace-option.js';

interface LogsOptions extends WorkspaceOption {
  readonly follow?: boolean;
  readonly phase?: 'plan' | 'apply' | 'build';
  readonly timeout?: number;
}

/** `berth logs`. */
export function addLogs(program: Command, cli: Cli): void {
  withWorkspace(program.command('logs'))
    .summary('the log of a run, with -f as it comes')
    .description(
      'The log of a run; without an id, of the newest one of the workspace. With -f it follows: it ends with the run, with ' +
        'exit code 1 where that has failed, or with 3 as soon as it waits for a person.',
    )
    .argument('[run]', 'its id')
    .option('-f, --follow', 'show what comes, to the end')
    .addOption(new Option('--phase <phase>', 'only of this phase').choices(['plan', 'apply', 'build']))
    .option('--timeout <time>', 'with -f, watch no longer than this (90, 15m, 2h); the run goes on', seconds)
    .action(action(cli, logs));
}

async function logs(session: Session, options: LogsOptions, given?: string): Promise<void> {
  const id = given ?? (await newestRun(session, options));
  if (options.follow === true) {
    await followRun(session, id, options.timeout);
  } else {
    await printLogs(session, id, options.phase);
  }
}

/** Stays with a run that somebody has begun, without asking: whoever looks on need not be who decides. */
export async function followRun(session: Session, id: string, timeout: number | undefined): Promise<void> {
  const { client, out, surroundings } = session;
  const berth = calledAs(surroundings.env);
  const report = new RunReport(out, id, berth);
  const interrupts = new Interrupts();
  try {
    await attendRun(id, {
      client,
      out,
      terminal: new Terminal(surroundings),
      interrupts,
      report,
      watch: new RunWatch(client, id, report),
      berth,
      asks: false,
      deadline: deadlineOf(timeout, `${berth} logs -f ${id}`),
    });
  } finally {
    interrupts.stop();
  }
}

async function printLogs({ client, out }: Session, id: string, phase: LogsOptions['phase']): Promise<void> {
  const task = await client.get('/api/v1/tasks/{id}', { params: { path: { id } } });
  const all = (['plan', 'apply', 'build'] as const).filter((one) => task.phases[one] !== undefined);
  for (const one of phase === undefined ? all : [phase]) {
    const filter = out.logFilter();
    for (let offset = 0; ;) {
      const query = { phase: one, offset };
      const text = await client.get('/api/v1/tasks/{id}/logs', { params: { path: { id }, query } });
      // A long log comes in pieces, which may end within a character.
      const whole = text.replace(/\ufffd{1,3}$/, '');
      if (whole === '') {
        break;
      }
      out.streamed({ log: { phase: one, text: whole } });
      if (!out.json) {
        out.piece(filter.pass(whole));
      }
      offset += Buffer.byteLength(whole);
    }
  }
  if (all.length === 0) {
    out.note(`Run ${id} has said nothing yet: it is ${task.status}.`);
  }
}
