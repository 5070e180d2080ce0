import type { TaskAssignment } from '@berth/contracts';
import type { ApiClient } from '../api/api-client.js';
import type { AgentEnv } from '../env.js';
import type { Slot } from '../slots/slot.js';
import { classifyFailure, type FailedRun } from '../terraform/failure-classes.js';
import { taskEnvironment } from '../terraform/task-environment.js';
import { TaskFailure } from '../terraform/task-failure.js';
import { runTerraform, type TerraformResult } from '../terraform/terraform-process.js';
import type { LogWriter } from './log-writer.js';
import { workingDirectory } from './slot-preparation.js';
import type { TaskRun } from './task-run.js';

/** Terraform in one slot, for one run: the right binary, directory and environment for every command. */
export class TerraformSteps {
  private readonly childEnv: Readonly<Record<string, string>>;

  constructor(
    private readonly env: AgentEnv,
    private readonly run: TaskRun,
    private readonly slot: Slot,
    private readonly binary: string,
    private readonly log: LogWriter,
    api: ApiClient,
  ) {
    this.childEnv = environmentOf(env, run.assignment, slot, api);
  }

  /** @throws TaskFailure where terraform did not succeed */
  async init(): Promise<void> {
    await this.command(
      'init',
      ['init', '-input=false', '-no-color'],
      false,
      this.env.BERTH_PLAN_TIMEOUT_SECONDS,
    );
  }

  /** @throws TaskFailure */
  async plan(): Promise<TerraformResult> {
    const { operation, targets, replace, refreshOnly } = this.run.assignment;
    const args = [
      'plan',
      '-input=false',
      '-json',
      `-out=${this.slot.planFile}`,
      // A plan that will never be applied needs no lock and stands in nobody's way.
      ...(operation === 'plan' ? ['-lock=false'] : ['-lock-timeout=30s']),
      ...(operation === 'destroy' ? ['-destroy'] : []),
      ...(refreshOnly ? ['-refresh-only'] : []),
      ...targets.map((target) => `-target=${target}`),
      ...replace.map((address) => `-replace=${address}`),
    ];
    return this.command('plan', args, true, this.env.BERTH_PLAN_TIMEOUT_SECONDS);
  }

  /** @throws TaskFailure */
  async apply(onSpawn: (startedAt: Date) => void): Promise<TerraformResult> {
    const args = ['apply', '-input=false', '-json', '-lock-timeout=30s', this.slot.planFile];
    return this.command('apply', args, true, this.env.BERTH_APPLY_TIMEOUT_SECONDS, onSpawn);
  }

  /** What every other command of the run needs. */
  get base() {
    return {
      binary: this.binary,
      cwd: workingDirectory(this.slot, this.run.assignment),
      env: this.childEnv,
      signal: this.run.signal,
      graceMs: this.env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000,
      onText: (text: string): void => {
        this.log.write(text);
      },
    };
  }

  private async command(
    step: FailedRun['step'],
    args: readonly string[],
    json: boolean,
    timeoutSeconds: number,
    onSpawn?: (startedAt: Date) => void,
  ): Promise<TerraformResult> {
    let result: TerraformResult;
    try {
      result = await runTerraform({
        ...this.base,
        args,
        json,
        timeoutMs: timeoutSeconds * 1_000,
        onSpawn: ({ pid, startedAt }) => {
          this.run.setProcess(pid);
          onSpawn?.(startedAt);
        },
      });
    } finally {
      this.run.setProcess(null);
    }
    if (result.exitCode === 0) {
      return result;
    }
    if (result.timedOut) {
      throw TaskFailure.permanent(
        'TERRAFORM_TIMEOUT',
        `terraform ${step} ran longer than ${timeoutSeconds} s and was stopped.`,
      );
    }
    throw TaskFailure.of(
      classifyFailure({
        step,
        exitCode: result.exitCode,
        signal: result.signal,
        diagnostics: result.diagnostics,
        stderr: result.stderrTail,
        applyStarted: result.firstApplyStartAt !== null,
      }),
    );
  }
}

function environmentOf(
  env: AgentEnv,
  assignment: TaskAssignment,
  slot: Slot,
  api: ApiClient,
): Readonly<Record<string, string>> {
  const address = api.stateAddress(assignment.workspace.id);
  return taskEnvironment({
    run: {
      taskId: assignment.taskId,
      attempt: assignment.attempt,
      workspace: assignment.workspace.name,
    },
    agentEnv: process.env,
    passThrough: env.BERTH_PASS_THROUGH,
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
