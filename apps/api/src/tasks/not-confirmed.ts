import { isFinal, verbsOfPeople } from '@berth/domain';
import type { ConfirmAnswer, TaskRow } from '@berth/persistence';
import { ProblemError } from '../problems/problem-error.js';

/** Why a confirmation was not taken, and what to do instead. */
export function notConfirmed(answer: ConfirmAnswer, given: string | null): ProblemError {
  const { task } = answer;
  const { status: currentStatus, planHash } = task;
  switch (answer.outcome) {
    case 'plan_unnamed':
      return new ProblemError(
        400,
        'PLAN_HASH_NEEDED',
        `planHash: must name the plan that is confirmed; look at it first: the one that waits is ${String(planHash)}`,
        { currentStatus, planHash, fields: [{ field: 'planHash', message: 'must be given' }] },
      );
    case 'other_plan':
      return planChanged(given, task);
    case 'own_task':
      return new ProblemError(
        403,
        'SELF_APPROVAL',
        'you have queued this task yourself, and its workspace wants somebody else to confirm it (allowSelfApproval)',
        { currentStatus },
      );
    case 'approved_before':
      return new ProblemError(
        409,
        'APPROVED_ALREADY',
        `you have approved this plan already: ${answer.needed - answer.given} more must do so (approvals: ${answer.needed})`,
        { currentStatus, planHash },
      );
    case 'status':
    case 'attention':
    case 'approved':
    case 'moved':
      return notAllowed('confirm', task);
  }
}

/** What a task's status does not allow, and what it does. */
export function notAllowed(verb: string, task: Pick<TaskRow, 'id' | 'status'>): ProblemError {
  const possible = isFinal(task.status) ? [] : verbsOfPeople(task.status);
  const instead =
    possible.length === 0
      ? 'nothing can be done with it any more'
      : `what can be done: ${possible.join(', ')}`;
  return new ProblemError(
    409,
    'STATUS_DOES_NOT_ALLOW',
    `cannot ${verb} a task that is ${task.status}; ${instead}`,
    {
      currentStatus: task.status,
    },
  );
}

/** Names the plan that waits now: whoever has looked at that one says so with its hash. */
function planChanged(given: string | null, { planHash, status }: TaskRow): ProblemError {
  const now = String(planHash);
  const detail =
    given === null
      ? `the task has planned again: look at the plan ${now} that waits now, and confirm it with its planHash`
      : `the plan is another one by now: its hash is ${now}`;
  return new ProblemError(409, 'PLAN_CHANGED', detail, { currentStatus: status, planHash });
}
