import { namePlan } from '../../terraform/name-plan.js';
import type { RunContext } from './run-context.js';
import type { SlotTerraform } from './slot-terraform.js';

/** Of `-detailed-exitcode`: the plan was made and would do something. */
const HAS_CHANGES = 2;

/**
 * Runs `plan`, with Berth as the backend and the work directory otherwise as the configuration has it. Whether there is
 * something to apply is what terraform says.
 * @throws TaskFailure where terraform did not succeed
 */
export async function makePlan(
  context: RunContext,
  terraform: SlotTerraform,
): Promise<{ readonly hasChanges: boolean }> {
  const { run, env, state } = context;
  await terraform.override.write();
  state.setBeforeRead(async () => terraform.override.remove());
  try {
    const timeoutSeconds = env.BERTH_PLAN_TIMEOUT_SECONDS;
    const result = await terraform.run(planArguments(context, terraform), {
      json: true,
      timeoutSeconds,
    });
    if (result.exitCode !== 0 && result.exitCode !== HAS_CHANGES) {
      throw terraform.failureOf('plan', result, timeoutSeconds);
    }
    await namePlan(context.slot.planFile, `task ${run.taskId}, attempt ${run.attempt}`);
    return { hasChanges: result.exitCode === HAS_CHANGES };
  } finally {
    state.setBeforeRead(null);
    await terraform.override.remove();
  }
}

function planArguments({ run, slot }: RunContext, terraform: SlotTerraform): string[] {
  const { operation, targets, replace, refreshOnly } = run.assignment;
  return [
    'plan',
    '-input=false',
    '-json',
    '-detailed-exitcode',
    `-out=${slot.planFile}`,
    ...terraform.variableArguments,
    // A plan that will never be applied needs no lock and stands in nobody's way.
    ...(operation === 'plan' ? ['-lock=false'] : ['-lock-timeout=30s']),
    ...(operation === 'destroy' ? ['-destroy'] : []),
    ...(refreshOnly ? ['-refresh-only'] : []),
    ...targets.map((target) => `-target=${target}`),
    ...replace.map((address) => `-replace=${address}`),
  ];
}
