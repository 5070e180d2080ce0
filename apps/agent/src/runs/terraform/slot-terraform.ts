import { basename, join } from 'node:path';
import type { TaskAssignment, TaskVariable } from '@berth/contracts';
import { cutLinksOut } from '../../disk/cut-links.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { Identity } from '../../identity.js';
import { asItIs, type Reach } from '../../processes/isolation/reach.js';
import { BackendOverride } from '../../terraform/backend-override.js';
import { classifyFailure, type FailedRun } from '../../terraform/failure-classes.js';
import { SlotProviders } from '../../terraform/providers/slot-providers.js';
import { taskEnvironment } from '../../terraform/task-environment.js';
import {
  runTerraform,
  type TerraformCommand,
  type TerraformResult,
} from '../../terraform/terraform-process.js';
import { writeVariables } from '../../terraform/variables-file.js';
import type { RunContext } from './run-context.js';
import { workingDirectory } from './slot-preparation.js';

/** From the interrupt to the kill of a command that changes nothing: whoever cancels a plan that hangs waits for it. */
const READING_GRACE_MS = 8_000;

/** Below its working directory. */
const READ_OF_A_RUN = [
  '.terraform.lock.hcl',
  '.terraform/modules/modules.json',
  '.terraform/providers',
  'errored.tfstate',
];

/** Terraform in one slot, for one run: the right binary, directory and environment for every command. */
export class SlotTerraform {
  readonly providers: SlotProviders;
  readonly override: BackendOverride;
  private variableFiles: readonly string[] = [];
  private readonly childEnv: Readonly<Record<string, string>>;

  private constructor(
    private readonly context: RunContext,
    readonly binary: string,
    readonly version: string,
    readonly directory: string,
    /** The task's own, at which its work directory lies for whatever runs. */
    private readonly path: string,
    private readonly identity: Readonly<Record<string, string>>,
  ) {
    this.childEnv = environmentOf(context, directory);
    this.providers = providersOf(context);
    this.override = new BackendOverride(workingDirectory(context.slot, context.run.assignment));
  }

  /** At the path that the task has on every agent; an `apply` of an earlier plan runs where that was made. @throws TaskFailure */
  static async inSlot(
    context: RunContext,
    engine: { readonly path: string; readonly version: string },
  ): Promise<SlotTerraform> {
    const { assignment } = context.run;
    const path = await context.slot.pathFor(assignment.plan?.taskId ?? assignment.taskId);
    return new SlotTerraform(
      context,
      engine.path,
      engine.version,
      join(path, assignment.workspace.workingDirectory),
      path,
      await context.workload.begin(),
    );
  }

  /** Values for the commands that follow, in place of those given before. @throws TaskFailure */
  async giveVariables(variables: readonly TaskVariable[]): Promise<void> {
    this.variableFiles =
      variables.length === 0 ? [] : await writeVariables(this.context.slot.variables, variables);
  }

  /** Of the commands, as far as it is the same in the next run: what a run is known by is not. */
  get lastingEnv(): Readonly<Record<string, string>> {
    return this.childEnv;
  }

  get variableArguments(): string[] {
    return this.variableFiles.map((path) => `-var-file=${path}`);
  }

  /** What every other command of the run needs. */
  get base() {
    return {
      binary: this.binary,
      cwd: this.directory,
      env: { ...this.childEnv, ...this.identity },
      confinement: {
        isolation: this.context.isolation,
        reach: this.reach,
        user: this.context.slot.user,
        limits: this.context.limits,
      },
      signal: this.context.run.signal,
      graceMs: Math.min(READING_GRACE_MS, this.context.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000),
      afterwards: async (): Promise<void> => this.cutLinks(),
      mask: this.context.run.mask,
      onText: (text: string): void => {
        this.context.log.text.write(text);
      },
    };
  }

  /** A run writes into its slot; the plan that is applied, and what the agent keeps beside it, is out of its reach. */
  private get reach(): Reach {
    const { slot, run, identity } = this.context;
    const plan = asItIs(slot.plan);
    const [written, lent] = run.phase === 'plan' ? [[plan], []] : [[], [plan]];
    return {
      writes: [{ from: slot.work, at: this.path }, asItIs(slot.home), ...written],
      reads: [this.binary, providerStoreOf(identity)].map(asItIs),
      lent: [...slot.lent, asItIs(slot.variables), asItIs(slot.identity), ...lent],
      tmp: slot.tmp,
    };
  }

  /** At all places of which this agent reads or writes something. */
  private async cutLinks(): Promise<void> {
    const { slot, run, isolation, log } = this.context;
    if (isolation.level === 'none') {
      return;
    }
    const { workingDirectory: directory } = run.assignment.workspace;
    const cut = [
      ...(await cutLinksOut(slot.plan, [basename(slot.planFile)])),
      ...(await cutLinksOut(
        slot.work,
        READ_OF_A_RUN.map((name) => join(directory, name)),
      )),
    ];
    for (const place of cut) {
      log.text.line(`removed ${place}, which was no file of the run's own`);
    }
  }

  /** Runs one to its end. @throws TaskFailure where terraform did not succeed */
  async command(
    step: FailedRun['step'],
    args: readonly string[],
    options: Pick<RunOptions, 'json' | 'timeoutSeconds'>,
  ): Promise<TerraformResult> {
    const result = await this.run(args, options);
    if (result.exitCode === 0) {
      return result;
    }
    throw this.failureOf(step, result, options.timeoutSeconds);
  }

  /** Runs one to its end, whatever that is: a stop of the run reaches it. @throws TaskFailure where it cannot be started or ended */
  async run(args: readonly string[], options: RunOptions): Promise<TerraformResult> {
    const { run, log, state } = this.context;
    const { timeoutSeconds, onStart, ...rest } = options;
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
          state.setProcess(pid);
          onStart?.(startedAt);
        },
      });
    } finally {
      run.setProcess(null);
      state.setProcess(null);
    }
  }

  failureOf(step: FailedRun['step'], result: TerraformResult, timeoutSeconds: number): TaskFailure {
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
        mask: this.context.run.mask,
      }),
    );
  }
}

interface RunOptions
  extends
    Pick<TerraformCommand, 'json' | 'outputDirectory' | 'ready'>,
    Partial<Pick<TerraformCommand, 'graceMs'>> {
  readonly timeoutSeconds: number;
  /** Told as soon as the process exists. */
  readonly onStart?: (startedAt: Date) => void;
}

/** The values that terraform itself takes; the others are environment variables. */
export function variablesOf({ variables }: TaskAssignment): TaskVariable[] {
  return variables.filter(({ category }) => category === 'terraform');
}

function providerStoreOf({ home }: Identity): string {
  return join(home, 'providers');
}

/** By the slot's own path: the task's path to it may lead elsewhere later. */
function providersOf({ env, identity, run, slot, log }: RunContext): SlotProviders {
  return new SlotProviders({
    store: {
      directory: providerStoreOf(identity),
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
  { env, run, slot, state }: RunContext,
  directory: string,
): Readonly<Record<string, string>> {
  const { assignment } = run;
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
    stateAddress: state.address,
    variables: assignment.variables.filter((variable) => variable.category === 'env'),
  });
}
