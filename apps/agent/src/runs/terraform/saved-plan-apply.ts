import { join } from 'node:path';
import { APPLY_NOT_BEGUN } from '@berth/domain';
import { requireRoom } from '../../disk/require-room.js';
import { isSpawnFailure } from '../../failures/spawn-failure.js';
import { TaskFailure } from '../../failures/task-failure.js';
import type { TerraformResult } from '../../terraform/terraform-process.js';
import { leavesStateInDoubt, withOutcomeUnknown } from './apply-doubt.js';
import { unsavedStateOf } from './errored-state.js';
import type { RunContext } from './run-context.js';
import type { SlotTerraform } from './slot-terraform.js';
import { namingAgentStop } from './stopped-apply.js';

/** For what an apply says and, should nobody take its state, for that: states of a hundred megabytes exist. */
const APPLY_BYTES = 256 * 1024 * 1024;

/**
 * Applies the plan that lies in the slot. The process starts when `ready` is done.
 * @throws TaskFailure, which says where the state may be behind what was changed; and what `ready` throws
 */
export async function applySavedPlan(
  context: RunContext,
  terraform: SlotTerraform,
  ready: () => Promise<void>,
): Promise<TerraformResult> {
  const { env, log, slot } = context;
  const timeoutSeconds = env.BERTH_APPLY_TIMEOUT_SECONDS;
  await requireRoom(slot.directory, APPLY_BYTES);
  const result = await runApply(context, terraform, ready);
  log.note({
    versionLineAt: result.versionLineAt?.toISOString() ?? null,
    firstChangeAt: result.firstApplyStartAt?.toISOString() ?? null,
  });
  const isSaved = await keepUnsavedState(context, terraform, result);
  if (result.exitCode === 0) {
    return result;
  }
  const isStopped = result.cancelled || result.timedOut || result.killed;
  if (isSaved && result.firstApplyStartAt === null && isStopped) {
    const why = result.timedOut ? ` after ${timeoutSeconds} s` : '';
    throw TaskFailure.permanent(APPLY_NOT_BEGUN, `The apply was stopped${why} before it changed anything.`);
  }
  const failure = terraform.failureOf('apply', result, timeoutSeconds);
  const told = isSaved && !leavesStateInDoubt(failure, result) ? failure : failure.withStateInDoubt();
  throw namingAgentStop(told, context.run, { ...result, graceSeconds: env.BERTH_TERRAFORM_GRACE_SECONDS });
}

/** From its start on, whatever else fails leaves the end of the apply unknown. */
async function runApply(
  context: RunContext,
  terraform: SlotTerraform,
  ready: () => Promise<void>,
): Promise<TerraformResult> {
  const { env, log, run, slot } = context;
  let startedAt = null as Date | null;
  try {
    const given = terraform.variableArguments;
    return await terraform.run(
      ['apply', '-input=false', '-json', '-lock-timeout=30s', ...given, slot.planFile],
      {
        json: true,
        timeoutSeconds: env.BERTH_APPLY_TIMEOUT_SECONDS,
        // It saves its state meanwhile.
        graceMs: env.BERTH_TERRAFORM_GRACE_SECONDS * 1_000,
        outputDirectory: slot.outputs,
        ready,
        onStart: (at) => {
          startedAt = at;
          log.note({ processStartedAt: at.toISOString() });
          log.announce('apply', `${run.assignment.engine} apply`);
        },
      },
    );
  } catch (error) {
    if (startedAt === null || isSpawnFailure(error)) {
      throw error;
    }
    await keepUnsavedState(context, terraform, { startedAt, emergencyState: null });
    throw withOutcomeUnknown(error);
  }
}

/** False where there was one. */
async function keepUnsavedState(
  { run, slot, unsavedStates }: RunContext,
  terraform: SlotTerraform,
  seen: Pick<TerraformResult, 'startedAt' | 'emergencyState'>,
): Promise<boolean> {
  const path = join(terraform.directory, 'errored.tfstate');
  const state = await unsavedStateOf([path], seen.startedAt.getTime(), seen);
  if (state !== null) {
    await unsavedStates.keep(run, state, slot);
  }
  return state === null;
}
