import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { ApiProblem, type Schemas } from '@berth/client';
import { Option, type Command } from 'commander';
import { action, type Cli, type Session } from '../cli.js';
import { Ending, ExitCode, WrongUse } from '../failures.js';
import { Interrupted, Terminal } from '../output/terminal.js';
import { attendRun } from '../running/attend.js';
import { calledAs } from '../running/called-as.js';
import { findWorkspace, type WorkspaceWish } from '../running/find-workspace.js';
import { Interrupts } from '../running/interrupts.js';
import { clearTheWay, operationOf, queueRun, variableOf, type RunWish } from '../running/queue-run.js';
import { RunReport } from '../running/report.js';
import { uploadDirectory } from '../running/upload.js';
import { RunWatch } from '../running/watch.js';
import { deadlineOf, gathered, seconds } from './parsers.js';

interface RunOptions extends RunWish, Omit<WorkspaceWish, 'directory'> {
  readonly detach?: boolean;
  readonly timeout?: number;
}

/** `berth run`. */
export function addRun(program: Command, cli: Cli): void {
  program
    .command('run')
    .summary('upload this directory, plan it, ask, apply it')
    .description(
      'Packs the directory (as .terraformignore says), uploads it where Berth does not have it yet, plans it, shows the plan ' +
        'as it comes, asks, and applies what was shown. Ctrl-C asks what to do with the run.',
    )
    .argument('[directory]', 'the folder with the configuration', '.')
    .option(
      '-w, --workspace <name>',
      'the workspace (else BERTH_WORKSPACE, else .berth.json, else it is asked for)',
    )
    .option('--create', 'make the workspace where there is none of that name')
    .addOption(
      new Option('--engine <engine>', 'of a workspace that is made').choices(['terraform', 'opentofu']),
    )
    .option('--plan-only', 'plan, and never apply')
    .option('--destroy', 'plan the destruction of everything')
    .option('--refresh-only', 'plan only what has changed outside of terraform')
    .option('--auto-approve', 'apply without asking')
    .option('--detach', 'do not ask: leave the plan waiting, with exit code 3')
    .option('--target <address>', 'only this resource and what it needs; may be repeated', gathered)
    .option('--replace <address>', 'make this resource anew; may be repeated', gathered)
    .option('--var <name=value>', 'a variable of this run alone; may be repeated', gathered)
    .option('-m, --message <text>', 'what the run is for')
    .option('--timeout <time>', 'watch no longer than this (90, 15m, 2h); the run goes on', seconds)
    .action(action(cli, run));
}

async function run(session: Session, options: RunOptions, given: string): Promise<void> {
  const { client, out, surroundings } = session;
  const { env, cwd } = surroundings;
  // What cannot be asked for is said before anything is sent.
  operationOf(options);
  (options.var ?? []).forEach(variableOf);
  const directory = await directoryOf(resolve(cwd, given));
  const terminal = new Terminal(surroundings);
  const berth = calledAs(env);
  const asks = terminal.isThere && options.detach !== true && !out.json;
  const interrupts = new Interrupts();
  try {
    const prepared = interrupts.during(async (signal) => {
      await expectConfiguration(directory);
      const workspace = await findWorkspace(
        { ...options, directory },
        { client, out, terminal, env, signal },
      );
      await clearTheWay(client, workspace.id, { out, terminal, asks, signal });
      const root = await uploadRoot(directory, workspace);
      return { workspace, configuration: await uploadDirectory(root, workspace.id, { client, out, signal }) };
    });
    const { workspace, configuration } = await prepared.catch(sayNothingIsQueued);
    out.streamed({ configuration });
    const { id } = await queueRun(client, options, {
      workspaceId: workspace.id,
      configurationId: configuration.id,
    });
    out.note(`Run ${id} of workspace ${workspace.name} is queued.`);
    const report = new RunReport(out, id, berth);
    const task = await attendRun(id, {
      client,
      out,
      terminal,
      interrupts,
      report,
      watch: new RunWatch(client, id, report),
      berth,
      asks,
      deadline: deadlineOf(options.timeout, `${berth} logs -f ${id}`),
    });
    await showEnd(task, session, report);
  } finally {
    interrupts.stop();
  }
}

function sayNothingIsQueued(error: unknown): never {
  throw error instanceof Interrupted
    ? new Ending(ExitCode.interrupted, 'Stopped: nothing was queued.')
    : error;
}

/** @throws WrongUse */
async function directoryOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    throw new WrongUse(`${path} is ${facts === undefined ? 'not there' : 'no directory'}`);
  }
  return realpath(path);
}

const CONFIGURATION = /\.(tf|tofu)(\.json)?$/;

/** @throws WrongUse: an upload without one could only be refused */
async function expectConfiguration(directory: string): Promise<void> {
  if (!(await readdir(directory)).some((name) => CONFIGURATION.test(name))) {
    throw new WrongUse(
      `there is no .tf file in ${directory}: call it in the folder of a configuration, or name that folder`,
    );
  }
}

/** Where the workspace works in a folder of what is uploaded, and this is that folder, the whole is uploaded, as terraform does it. */
async function uploadRoot(directory: string, { workingDirectory }: Schemas['Workspace']): Promise<string> {
  const inner = workingDirectory.replace(/^(\.\/)+|\/+$/g, '');
  if (inner === '' || inner === '.') {
    return directory;
  }
  if (directory.endsWith(sep + inner)) {
    return directory.slice(0, -inner.length - 1);
  }
  const facts = await stat(join(directory, inner)).catch(() => undefined);
  if (facts?.isDirectory() !== true) {
    throw new WrongUse(
      `the workspace works in "${inner}", which is not in ${directory}: call it there or above it`,
    );
  }
  return directory;
}

/** What an apply has made, and whether it was a warm one. */
async function showEnd(task: Schemas['Task'], { client, out }: Session, report: RunReport): Promise<void> {
  const { id, phases, workspaceId, operation } = task;
  if ((phases.apply?.startedAt ?? null) === null) {
    if (operation === 'plan') {
      const plan = await client.get('/api/v1/tasks/{id}/plan', { params: { path: { id } } }).catch(ifMissing);
      if (plan !== undefined) {
        report.plan(plan);
        return;
      }
    }
    out.note('There is nothing to change.');
    return;
  }
  const init = phases.apply?.init;
  out.note(`Run ${id} has succeeded${init?.skipped === true ? ', in the warm slot of its plan' : ''}.`);
  const path = { workspace: workspaceId ?? '' };
  const state = await client
    .get('/api/v1/workspaces/{workspace}/state', { params: { path } })
    .catch(ifMissing);
  if (state !== undefined) {
    // People have read them at the end of the log, where terraform prints them.
    out.streamed({ outputs: state.outputs });
  }
}

function ifMissing(error: unknown): undefined {
  if (error instanceof ApiProblem && error.status === 404) {
    return undefined;
  }
  throw error;
}
