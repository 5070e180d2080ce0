import { join, resolve } from 'node:path';
import { Interrupted, aborted, listenForInterrupts } from '../start/interrupts.js';
import { say, sayProblem } from '../start/terminal.js';
import { applyFigures } from './comparison.js';
import { planAndApply, planThenApply } from './demo-run.js';
import type { DemoRun, RunContext } from './demo-run.js';
import type { DemoOptions } from './demo-options.js';
import { WORKSPACE, ensureWorkspace, expectWayIsFree, uploadExample } from './demo-workspace.js';
import { cancelLeftovers } from './leftovers.js';
import { platformAddress } from './platform-address.js';
import { Platform } from './platform.js';
import { comparisonLines, farewellLines, timelineLines } from './report.js';
import { TaskFailed } from './task-failed.js';
import { timelineOf } from './timeline.js';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const INTERRUPTED_EXIT_CODE = 130;

/** `npm run demo`: plans and applies on the running Berth and shows what took how long; the answer is the exit code. */
export async function runDemo(options: DemoOptions, env: NodeJS.ProcessEnv): Promise<number> {
  const interrupts = listenForInterrupts();
  const address = platformAddress(options.apiUrl, env, join(REPOSITORY, '.berth'));
  const platform = new Platform(address);
  const progress = options.json ? sayProblem : say;
  await platform.expectRunning();
  const demo = demonstrate(platform, interrupts.first, progress).then(
    (runs) => {
      show(runs, platform, options);
      return 0;
    },
    (error: unknown) => {
      if (error instanceof Interrupted) {
        progress('the demo was stopped');
        return INTERRUPTED_EXIT_CODE;
      }
      sayWhy(error);
      return 1;
    },
  );
  const killed = aborted(interrupts.second).then(() => INTERRUPTED_EXIT_CODE);
  return Promise.race([demo, killed]);
}

interface DemoRuns {
  all: DemoRun[];
  warm: DemoRun;
  cold: DemoRun;
}

async function demonstrate(
  platform: Platform,
  signal: AbortSignal,
  progress: (message: string) => void,
): Promise<DemoRuns> {
  const workspace = await ensureWorkspace(platform);
  const leftovers = { platform, workspace, say: progress };
  expectWayIsFree(await platform.tasks(workspace.id));
  await cancelLeftovers({ ...leftovers, comment: 'left by an earlier demo' });
  try {
    const configurationId = await uploadExample(platform, workspace, join(REPOSITORY, 'examples', 'hello'));
    progress(`examples/hello is in workspace ${WORKSPACE} of ${platform.address.apiUrl}`);
    return await inThreeRuns({ platform, workspace, configurationId, signal, say: progress });
  } catch (error) {
    // Our own task, should it be unfinished; a failure to cancel it must not hide what went wrong before.
    await cancelLeftovers({ ...leftovers, comment: 'the demo was stopped' }).catch((problem: unknown) => {
      sayProblem(`could not cancel what the demo began, the next demo does: ${textOf(problem)}`);
    });
    throw error;
  }
}

async function inThreeRuns(context: RunContext): Promise<DemoRuns> {
  const first = await planAndApply(context, 'run 1 (plan and apply)');
  const warm = await planAndApply(context, 'run 2 (another greeting)');
  const [plan, cold] = await planThenApply(context, 'run 3 (plan)', 'run 3 (cold apply of that plan)');
  return { all: [first, warm, plan, cold], warm, cold };
}

function show({ all, warm, cold }: DemoRuns, { address }: Platform, { json }: DemoOptions): void {
  const runs = all.map((run) => ({ run, timeline: timelineOf(run.task, run.events) }));
  const comparison = { warm: applyFigures(warm.task), cold: applyFigures(cold.task) };
  if (json) {
    const told = runs.map(({ run: { title, task }, timeline }) => ({
      title,
      taskId: task.id,
      operation: task.operation,
      agentId: task.agentId,
      slotId: task.slotId,
      changes: task.changes,
      timeline,
    }));
    console.log(JSON.stringify({ runs: told, comparison }, null, 2));
    return;
  }
  const lines = [
    ...runs.flatMap(({ run, timeline }) => timelineLines(run, timeline)),
    ...comparisonLines(comparison.warm, comparison.cold),
    ...farewellLines(address),
  ];
  console.log(lines.join('\n'));
}

function sayWhy(error: unknown): void {
  sayProblem(textOf(error));
  if (error instanceof TaskFailed) {
    sayProblem('the end of its log:');
    for (const line of error.logTail) {
      console.error(`  ${line}`);
    }
  }
}

/** With the cause, where fetch says no more than that it failed. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const { cause } = error;
  return cause instanceof Error && error instanceof TypeError
    ? `${error.message}: ${cause.message}`
    : error.message;
}
