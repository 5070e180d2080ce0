import { join } from 'node:path';
import { APPLY_NOT_BEGUN } from '@berth/domain';
import { requireRoom } from '../../disk/require-room.js';
import { isSpawnFailure } from '../../failures/spawn-failure.js';
import { TaskFailure } from '../../failures/task-failure.js';
import { classifyFailure, type FailedRun } from '../../terraform/failure-classes.js';
import { SlotProviders } from '../../terraform/providers/slot-providers.js';
import { taskEnvironment } from '../../terraform/task-environment.js';
import {
  runTerraform,
  type TerraformCommand,
  type TerraformResult,
} from '../../terraform/terraform-process.js';
import { leavesStateInDoubt, withOutcomeUnknown } from './apply-doubt.js';
import { unsavedStateOf } from './errored-state.js';
import type { RunContext } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';

/** For what an apply says and, should nobody take its state, for that: states of a hundred megabytes exist. */
const APPLY_BYTES = 256 * 1024 * 1024;

/** Terraform in one slot, for one run: the right binary, directory and environment for every command. */
export class TerraformSteps {
  readonly providers: SlotProviders;
  private readonly childEnv: Readonly<Record<string, string>>;

  private constructor(
    private readonly context: RunContext,
    readonly binary: string,
    private readonly directory: string,
  ) {
    this.childEnv = environmentOf(context, directory);
    this.providers = providersOf(context);
  }

  /** At the path that the task has on every agent; an `apply` of an earlier plan runs where that was made. @throws TaskFailure */
  static async inSlot(context: RunContext, binary: string): Promise<TerraformSteps> {
    const { assignment } = context.run;
    const path = await context.slot.pathFor(assignment.plan?.taskId ?? assignment.taskId);
    return new TerraformSteps(context, binary, join(path, assignment.workspace.workingDirectory));
  }

  /** @throws TaskFailure where terraform did not succeed */
  async init(): Promise<void> {
    const { env } = this.context;
    const args = ['init', '-input=false', '-no-color'];
    await this.providers.around(async () =>
      this.command('init', args, false, env.BERTH_PLAN_TIMEOUT_SECONDS),
    );
  }

  /** @throws TaskFailure */
  async plan(): Promise<TerraformResult> {
    const { operation, targets, replace, refreshOnly } = this.context.run.assignment;
    const args = [
      'plan',
      '-input=false',
      '-json',
      `-out=${this.context.slot.planFile}`,
      // A plan that will never be applied needs no lock and stands in nobody's way.
      ...(operation === 'plan' ? ['-lock=false'] : ['-lock-timeout=30s']),
      ...(operation === 'destroy' ? ['-destroy'] : []),
      ...(refreshOnly ? ['-refresh-only'] : []),
      ...targets.map((target) => `-target=${target}`),
      ...replace.map((address) => `-replace=${address}`),
    ];
    return this.command('plan', args, true, this.context.env.BERTH_PLAN_TIMEOUT_SECONDS);
  }

  /** Starts when `ready` is done, where there is one. @throws TaskFailure, and what `ready` throws */
  async apply(onSpawn: (startedAt: Date) => void, ready?: Promise<void>): Promise<TerraformResult> {
    const { env, log } = this.context;
    const timeoutSeconds = env.BERTH_APPLY_TIMEOUT_SECONDS;
    const result = await this.runApply(timeoutSeconds, onSpawn, ready);
    log.note({
      versionLineAt: result.versionLineAt?.toISOString() ?? null,
      firstChangeAt: result.firstApplyStartAt?.toISOString() ?? null,
    });
    const isSaved = await this.keepUnsavedState(result);
    if (result.exitCode === 0) {
      return result;
    }
    const isStopped = result.cancelled || result.timedOut || result.killed;
    if (isSaved && result.firstApplyStartAt === null && isStopped) {
      const why = result.timedOut ? ` after ${timeoutSeconds} s` : '';
      throw TaskFailure.permanent(APPLY_NOT_BEGUN, `The apply was stopped${why} before it changed anything.`);
    }
    const failure = this.failureOf('apply', result, timeoutSeconds);
    throw isSaved && !leavesStateInDoubt(failure, result) ? failure : failure.withStateInDoubt();
  }

  private async runApply(
    timeoutSeconds: number,
    onSpawn: (startedAt: Date) => void,
    ready?: Promise<void>,
  ): Promise<TerraformResult> {
    const { slot } = this.context;
    await requireRoom(slot.directory, APPLY_BYTES);
    let startedAt = null as Date | null;
    try {
      return await this.run(['apply', '-input=false', '-json', '-lock-timeout=30s', slot.planFile], {
        json: true,
        timeoutSeconds,
        outputDirectory: slot.outputs,
        ready,
        onSpawn: (at) => {
          startedAt = at;
          onSpawn(at);
        },
      });
    } catch (error) {
      if (startedAt === null || isSpawnFailure(error)) {
        throw error;
      }
      await this.keepUnsavedState({ startedAt, emergencyState: null });
      throw withOutcomeUnknown(error);
    }
  }

  /** What every other command of the run needs. */
  get base() {
    return {
      binary: this.binary,
      cwd: this.directory,
      env: this.childEnv,
      signal: this.context.run.signal,
      graceMs: this.context.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000,
      ...memoryLimit(this.context),
      onText: (text: string): void => {
        this.context.log.text.write(text);
      },
    };
  }

  private async command(
    step: FailedRun['step'],
    args: readonly string[],
    json: boolean,
    timeoutSeconds: number,
  ): Promise<TerraformResult> {
    const result = await this.run(args, { json, timeoutSeconds });
    if (result.exitCode === 0) {
      return result;
    }
    throw this.failureOf(step, result, timeoutSeconds);
  }

  private async run(args: readonly string[], options: RunOptions): Promise<TerraformResult> {
    const { run, log } = this.context;
    const { timeoutSeconds, onSpawn, ...rest } = options;
    try {
      return await runTerraform({
        ...this.base,
        ...rest,
        args,
        timeoutMs: timeoutSeconds * 1_000,
        onEvent: (event) => {
          log.see(event);
        },
        onSpawn: ({ pid, startedAt }) => {
          run.setProcess(pid);
          onSpawn?.(startedAt);
        },
      });
    } finally {
      run.setProcess(null);
    }
  }

  private failureOf(step: FailedRun['step'], result: TerraformResult, timeoutSeconds: number): TaskFailure {
    if (result.timedOut) {
      return TaskFailure.permanent(
        'TERRAFORM_TIMEOUT',
        `terraform ${step} ran longer than ${timeoutSeconds} s and was stopped.`,
      );
    }
    return TaskFailure.of(
      classifyFailure({
        step,
        exitCode: result.exitCode,
        signal: result.signal,
        diagnostics: result.diagnostics,
        stderr: result.stderrTail,
        applyStarted: result.firstApplyStartAt !== null,
        outOfMemory: result.outOfMemory,
      }),
    );
  }

  /** False where there was one. */
  private async keepUnsavedState(
    seen: Pick<TerraformResult, 'startedAt' | 'emergencyState'>,
  ): Promise<boolean> {
    const { run, slot, unsavedStates } = this.context;
    const path = join(this.directory, 'errored.tfstate');
    const state = await unsavedStateOf([path], seen.startedAt.getTime(), seen);
    if (state !== null) {
      await unsavedStates.keep(run, state, slot);
    }
    return state === null;
  }
}

interface RunOptions extends Pick<TerraformCommand, 'json' | 'outputDirectory' | 'ready'> {
  readonly timeoutSeconds: number;
  readonly onSpawn?: (startedAt: Date) => void;
}

function memoryLimit({ env }: RunContext): Pick<TerraformCommand, 'memoryMb'> {
  const { BERTH_RUN_MEMORY_MB: memoryMb } = env;
  return memoryMb === undefined ? {} : { memoryMb };
}

/** By the slot's own path: the task's path to it may lead elsewhere later. */
function providersOf({ env, identity, run, slot, log }: RunContext): SlotProviders {
  return new SlotProviders({
    store: {
      directory: join(identity.home, 'providers'),
      maxBytes: env.BERTH_PROVIDER_STORE_MB * 1024 * 1024,
    },
    directory: workingDirectory(slot, run.assignment),
    signal: run.signal,
    say: (line) => {
      log.text.line(line);
    },
  });
}

function environmentOf(
  { env, run, slot, api }: RunContext,
  directory: string,
): Readonly<Record<string, string>> {
  const { assignment } = run;
  const address = api.stateAddress(assignment.workspace.id);
  return taskEnvironment({
    run: {
      taskId: assignment.taskId,
      attempt: assignment.attempt,
      workspace: assignment.workspace.name,
    },
    agentEnv: process.env,
    passThrough: env.BERTH_PASS_THROUGH,
    directory,
    home: slot.home,
    tmpDir: slot.tmp,
    cliConfigFile: env.BERTH_TERRAFORM_CLI_CONFIG ?? null,
    stateBackend: {
      address,
      lockAddress: address,
      unlockAddress: address,
      username: 'berth',
      password: assignment.stateToken,
    },
    variables: assignment.variables.filter((variable) => variable.category === 'env'),
  });
}
