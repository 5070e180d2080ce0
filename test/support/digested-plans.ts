import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TaskAssignment } from '@berth/contracts';
import type { PlanDigests } from '@berth/domain';
import { readInputs } from '../../apps/agent/src/runs/terraform/plan-inputs.js';
import type { RunContext } from '../../apps/agent/src/runs/terraform/run-context.js';
import { digestPlan } from '../../apps/agent/src/terraform/plan-digest/digest-plan.js';
import { ProviderMirror } from './provider-mirror.js';
import { TerraformSlot } from './terraform-slot.js';

/** What one plan is made from. */
export interface PlanSide {
  readonly files: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** Environment variables of the workspace. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly destroy?: boolean;
  readonly targets?: readonly string[];
  readonly replace?: readonly string[];
  readonly refreshOnly?: boolean;
  /** Of terraform alone: a task has no such option. */
  readonly arguments?: readonly string[];
  /** Happens before it, to the state or the world. */
  readonly first?: (plans: DigestedPlans) => Promise<void>;
}

/** Plans of the real terraform, one after the other in one work directory, each with the digests that an agent makes of it. */
export class DigestedPlans {
  readonly slot = new TerraformSlot();
  readonly mirror = new ProviderMirror();

  async open(): Promise<void> {
    await this.mirror.open();
    await this.mirror.offer('1.0.0');
    await this.slot.open();
    this.slot.cliConfigFile = this.mirror.cliConfigFile;
  }

  async close(): Promise<void> {
    await this.slot.close();
    await this.mirror.close();
  }

  async plan(side: PlanSide): Promise<PlanDigests> {
    await this.empty();
    const variables = Object.entries(side.variables ?? {});
    await this.slot.configure(
      side.files,
      variables.map(([key, value]) => ({ key, value, hcl: false })),
    );
    for (const [key, value] of Object.entries(side.environment ?? {})) {
      this.slot.environment.set(key, value);
    }
    await side.first?.(this);
    const before = await this.inputs(side, null);
    const result = await this.slot.plan(...argumentsOf(side));
    if (result.exitCode !== 0) {
      throw new Error(`plan failed: ${this.slot.log}`);
    }
    const lockFile = await readFile(join(this.slot.work, '.terraform.lock.hcl'), 'utf8').catch(() => null);
    const { providers } = await this.inputs(side, lockFile);
    const json = await this.slot.shownJson();
    const key = 'key of the workspace';
    const digested = digestPlan({ json, key, keyId: 'k', inputs: { ...before, providers } });
    if ('reason' in digested) {
      throw new Error(digested.reason);
    }
    return digested.digests;
  }

  /** Plans and applies. */
  async apply(side: PlanSide): Promise<void> {
    await this.plan(side);
    const { exitCode } = await this.slot.apply();
    if (exitCode !== 0) {
      throw new Error(`apply failed: ${this.slot.log}`);
    }
  }

  /** Of a resource's first instance. */
  attributesOf(name: string): Readonly<Record<string, unknown>> {
    return this.slot.state.resources.find((one) => one.name === name)?.instances[0]?.attributes ?? {};
  }

  private async empty(): Promise<void> {
    for (const name of await readdir(this.slot.work)) {
      if (!name.startsWith('.terraform')) {
        await rm(join(this.slot.work, name), { recursive: true });
      }
    }
  }

  private async inputs(side: PlanSide, lockFile: string | null) {
    const context = { run: { assignment: assignmentOf(side) }, slot: { work: this.slot.work } };
    return readInputs(context as Pick<RunContext, 'run' | 'slot'>, {
      engineVersion: '1.0.0',
      lock: { lockFile, withoutHashes: false },
    });
  }
}

function argumentsOf({ destroy, targets, replace, refreshOnly, arguments: more }: PlanSide): string[] {
  return [
    ...(destroy === true ? ['-destroy'] : []),
    ...(refreshOnly === true ? ['-refresh-only'] : []),
    ...(targets ?? []).map((target) => `-target=${target}`),
    ...(replace ?? []).map((address) => `-replace=${address}`),
    ...(more ?? []),
  ];
}

function assignmentOf(side: PlanSide): TaskAssignment {
  const ofCategory = (values: Readonly<Record<string, string>> | undefined, category: 'terraform' | 'env') =>
    Object.entries(values ?? {}).map(([key, value]) => ({
      key,
      value,
      category,
      sensitive: true,
      hcl: false,
    }));
  return TaskAssignment.parse({
    taskId: 'task',
    attempt: 1,
    phase: 'plan',
    operation: side.destroy === true ? 'destroy' : 'plan_and_apply',
    workspace: { id: 'workspace', name: 'workspace', workingDirectory: '' },
    engine: 'terraform',
    engineVersion: null,
    configuration: null,
    variables: [...ofCategory(side.variables, 'terraform'), ...ofCategory(side.environment, 'env')],
    targets: side.targets ?? [],
    replace: side.replace ?? [],
    refreshOnly: side.refreshOnly ?? false,
    plan: null,
    keptLockFile: null,
    stateToken: 'token',
  });
}
