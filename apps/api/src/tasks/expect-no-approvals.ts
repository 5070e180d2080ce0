import type { WorkspaceRow } from '@berth/persistence';
import { ProblemError } from '../problems/problem-error.js';

/** What applies without asking would pass by the people whom the workspace wants to be asked. @throws ProblemError 409 */
export function expectNoApprovals({
  approvals,
  allowSelfApproval,
}: Pick<WorkspaceRow, 'approvals' | 'allowSelfApproval'>): void {
  if (approvals > 1 || !allowSelfApproval) {
    const who = approvals > 1 ? `${approvals} approvals` : 'somebody else’s approval';
    throw new ProblemError(
      409,
      'APPROVALS_NEEDED',
      `this workspace asks for ${who}: queue plan_and_apply or destroy without autoApply, and have its plan confirmed`,
    );
  }
}
