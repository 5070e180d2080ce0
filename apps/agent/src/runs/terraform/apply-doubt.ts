import { TaskFailure } from '../../failures/task-failure.js';
import type { TerraformResult } from '../../terraform/terraform-process.js';

type Seen = Pick<TerraformResult, 'exitCode' | 'diagnostics' | 'stderrTail' | 'firstApplyStartAt'>;

/**
 * Whether the state may be behind what a failed apply has changed, though no unsaved state was found. Terraform that
 * fails says why: where it says nothing, the disk may have been too full for its last words and for its state.
 */
export function leavesStateInDoubt({ code }: TaskFailure, seen: Seen): boolean {
  const { exitCode, diagnostics, stderrTail, firstApplyStartAt } = seen;
  const isTold = diagnostics.some(({ severity }) => severity === 'error');
  const mayHaveChanged = firstApplyStartAt !== null || stderrTail.trim() === '';
  return code === 'TERRAFORM_STATE_NOT_SAVED' || exitCode === null || (!isTold && mayHaveChanged);
}

/** Something other than terraform has failed since its apply began: nothing is known of its end. */
export function withOutcomeUnknown(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) {
    return error.withStateInDoubt();
  }
  return TaskFailure.permanent(
    'APPLY_OUTCOME_UNKNOWN',
    `The agent could not see how the apply ended (${String(error)}): look at the workspace's resources and state, then clear its needsAttention and plan again.`,
    { cause: error },
  ).withStateInDoubt();
}
