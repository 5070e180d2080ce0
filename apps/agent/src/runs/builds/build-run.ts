import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildAssignment, BuildStep } from '@berth/contracts';
import type { AgentEnv } from '../../env.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { inheritedEnvironment } from '../../processes/inherited-environment.js';
import { asItIs } from '../../processes/isolation/reach.js';
import type { BuildContext } from './build-context.js';
import { collectArtifacts } from './collect-artifacts.js';
import { fetchBuildSource } from './fetch-build-source.js';
import { runStep, type StepResult } from './step-process.js';

/** From the request to end until the kill of a step. */
const GRACE_MS = 10_000;

/**
 * Runs the build's steps one after the other in a fresh work directory, then stores what they have left.
 * @throws TaskFailure, ApiError, or the reason of the run's signal
 */
export async function buildInSlot(context: BuildContext): Promise<void> {
  const { run, slot, log, identity } = context;
  const { assignment } = run;
  await log.step('prepare', `Preparing slot ${slot.slotId} on ${identity.agentId}`, async () => slot.empty());
  await log.step('source', sourceTitle(assignment), async () => placeSource(context));
  for (const [n, step] of assignment.steps.entries()) {
    const name = step.name ?? `step-${n + 1}`;
    await log.step(name, `${name}: ${step.run.split('\n')[0] ?? ''}`, async () => {
      const result = await stepInSlot(context, step);
      run.signal.throwIfAborted();
      expectSuccess(name, step, result, context.env);
    });
  }
  if (assignment.artifacts.length > 0) {
    await log.step('artifacts', `Storing ${assignment.artifacts.join(', ')}`, async () =>
      collectArtifacts(context),
    );
  }
}

function sourceTitle({ source }: BuildAssignment): string {
  return source === null
    ? 'Beginning with an empty directory'
    : `Fetching the source (${(source.sizeBytes / 1_000_000).toFixed(1)} MB)`;
}

async function placeSource(context: BuildContext): Promise<void> {
  const { source } = context.run.assignment;
  if (source === null) {
    await mkdir(context.slot.work);
    return;
  }
  await fetchBuildSource(context, source);
}

async function stepInSlot(
  { run, slot, env, isolation, limits, log }: BuildContext,
  step: BuildStep,
): Promise<StepResult> {
  const cwd = join(slot.work, step.workingDirectory ?? '');
  await expectDirectory(cwd, step);
  return runStep({
    script: step.run,
    cwd,
    env: {
      ...inheritedEnvironment(process.env, env.BERTH_PASS_THROUGH),
      ...step.environment,
      CI: 'true',
      HOME: slot.home,
      PWD: cwd,
      TMPDIR: slot.tmp,
      BERTH_TASK_ID: run.taskId,
      BERTH_TASK_ATTEMPT: String(run.attempt),
    },
    confinement: {
      isolation,
      reach: { writes: [slot.work, slot.home].map(asItIs), reads: [], lent: slot.lent, tmp: slot.tmp },
      user: slot.user,
      limits,
    },
    signal: run.signal,
    timeoutMs: secondsOf(step, env) * 1_000,
    graceMs: GRACE_MS,
    openText: () => log.text.open(),
    onProcess: (pid) => {
      run.setProcess(pid);
    },
  });
}

/** An earlier step may make it; where none has, trying again would not help. */
async function expectDirectory(cwd: string, { workingDirectory = '' }: BuildStep): Promise<void> {
  const found = await stat(cwd).catch(() => null);
  if (found?.isDirectory() !== true) {
    throw TaskFailure.permanent(
      'WORKING_DIRECTORY_MISSING',
      `There is no directory "${workingDirectory}" in the build’s work directory: correct the step’s workingDirectory.`,
    );
  }
}

function secondsOf(step: BuildStep, env: AgentEnv): number {
  return step.timeoutSeconds ?? env.BERTH_BUILD_STEP_TIMEOUT_SECONDS;
}

/** A command that fails is the build's own: it is not tried again by itself. */
function expectSuccess(name: string, step: BuildStep, result: StepResult, env: AgentEnv): void {
  if (result.timedOut) {
    const seconds = secondsOf(step, env);
    throw TaskFailure.permanent(
      'BUILD_STEP_TIMED_OUT',
      `Step ${name} was ended after ${seconds} s, its time limit: give it more with timeoutSeconds.`,
    );
  }
  if (result.exitCode !== 0) {
    const how =
      result.exitCode === null ? `by ${String(result.signal)}` : `with exit code ${result.exitCode}`;
    throw TaskFailure.permanent('BUILD_STEP_FAILED', `Step ${name} ended ${how}; its log says why.`);
  }
}
