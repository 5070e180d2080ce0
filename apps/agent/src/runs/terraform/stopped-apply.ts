import { TaskFailure } from '../../failures/task-failure.js';
import type { SlotRun } from '../../slots/slot-run.js';

/** An apply that had begun, and that its agent ended because it had to stop itself. */
const AGENT_STOPPED = 'AGENT_STOPPED_DURING_APPLY';
/** What terraform says of an interrupt, or does not: whatever else it names is a cause of its own. */
const SAYS_NO_CAUSE: readonly string[] = ['TERRAFORM_FAILED', 'TERRAFORM_KILLED', 'APPLY_OUTCOME_UNKNOWN'];
const MORE_TIME =
  'BERTH_AGENT_DRAIN_SECONDS and BERTH_TERRAFORM_GRACE_SECONDS of the agent give applies more time.';

/**
 * Names the agent's stop as the cause where it is: no memory was short, and no fault is terraform's. An unsaved state
 * and a cause that terraform names stay what they are.
 */
export function namingAgentStop(
  failure: TaskFailure,
  run: Pick<SlotRun, 'stoppedBecause'>,
  how: { readonly cancelled: boolean; readonly killed: boolean; readonly graceSeconds: number },
): TaskFailure {
  const isOfStop = run.stoppedBecause === 'agent_stop' && how.cancelled;
  if (!isOfStop || !SAYS_NO_CAUSE.includes(failure.code)) {
    return failure;
  }
  const named = TaskFailure.permanent(
    AGENT_STOPPED,
    how.killed ? killedAfter(how.graceSeconds) : ended(failure),
  );
  return how.killed || failure.stateInDoubt ? named.withStateInDoubt() : named;
}

function killedAfter(graceSeconds: number): string {
  return `The agent had to stop, and terraform apply was killed, as it had not ended ${graceSeconds} s after its interrupt: what it changed last may be missing from the state. Look at the workspace's resources and state, then clear its needsAttention and plan again. ${MORE_TIME}`;
}

function ended(failure: TaskFailure): string {
  return `The agent had to stop and interrupted terraform apply, so not all of the plan is applied: plan again. ${MORE_TIME} Terraform's last words: ${failure.message}`;
}
