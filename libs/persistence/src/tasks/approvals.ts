import type { Sql } from '../database.js';
import type { TaskRow } from '../entities/index.js';
import { prepared } from '../statement.js';

/** How a workspace wants its plans to be approved. */
export interface ApprovalRule {
  readonly approvals: number;
  readonly allowSelfApproval: boolean;
  readonly keepApprovals: 'never' | 'identical';
}

/** One person, as it is of what belongs to no workspace. */
const USUAL: ApprovalRule = { approvals: 1, allowSelfApproval: true, keepApprovals: 'never' };

const RULE = prepared(
  `select w.approvals, w.allow_self_approval as "allowSelfApproval", w.keep_approvals as "keepApprovals"
   from tasks t join workspaces w on w.id = t.workspace_id where t.id = $1`,
);

export async function readApprovalRule(sql: Sql, taskId: string): Promise<ApprovalRule> {
  const [rule] = await sql.rows<ApprovalRule>(RULE, [taskId]);
  return rule ?? USUAL;
}

export interface ApprovalCount {
  readonly given: number;
  readonly needed: number;
}

/** Who said yes to a plan. */
export interface ApprovalOfPlan {
  readonly taskId: string;
  readonly comment: string | null;
  readonly actor: string;
  readonly principal: string;
}

const ADD = prepared(
  `insert into approvals (organization_id, task_id, plan_hash, principal, actor, comment)
   values ($1, $2, $3, $4, $5, $6) on conflict (task_id, plan_hash, principal) where not voided do nothing returning id`,
);
const COUNT = prepared(
  'select count(*)::int as given from approvals where task_id = $1 and plan_hash = $2 and not voided',
);

/** Counts a yes to the plan that a locked task waits with; each principal has one. */
export async function addApproval(
  sql: Sql,
  task: TaskRow,
  approval: ApprovalOfPlan,
  { approvals: needed }: ApprovalRule,
): Promise<ApprovalCount & { readonly outcome: 'approved' | 'approved_before' }> {
  const { principal, actor, comment } = approval;
  const of = [task.id, task.planHash];
  const [added, [counted]] = await Promise.all([
    sql.rows(ADD, [task.organizationId, ...of, principal, actor, comment]),
    sql.rows<{ given: number }>(COUNT, of),
  ]);
  const outcome = added.length > 0 ? 'approved' : 'approved_before';
  return { outcome, given: counted?.given ?? 0, needed };
}

/** The timeline of a task that still waits says who approved its plan. */
export async function tellApproval(
  sql: Sql,
  task: TaskRow,
  { actor, comment }: ApprovalOfPlan,
  { given, needed }: ApprovalCount,
): Promise<void> {
  await sql.rows(
    `insert into task_events (organization_id, task_id, event, from_status, to_status, attempt, actor, message, data)
     values ($1, $2, 'approve', $3, $3, $4, $5, $6, $7::jsonb)`,
    [
      task.organizationId,
      task.id,
      task.status,
      task.attempt,
      actor,
      `approval ${given} of ${needed}: waits for ${needed - given} more`,
      JSON.stringify({ planHash: task.planHash, ...(comment === null ? {} : { comment }) }),
    ],
  );
}

const VOID = prepared('update approvals set voided = true where task_id = $1 and not voided');

/** The plan that they were for is no more. */
export async function voidApprovals(sql: Sql, taskId: string): Promise<void> {
  await sql.rows(VOID, [taskId]);
}

/** What was said to the plan that the task had before counts for this one. Gives how many have approved it. */
export async function keepApprovals(
  sql: Sql,
  task: Pick<TaskRow, 'id' | 'planHash'>,
  planHash: string,
): Promise<number> {
  await sql.rows(
    `insert into approvals (organization_id, task_id, plan_hash, principal, actor, comment, at)
     select distinct on (principal) organization_id, task_id, $3, principal, actor, comment, at from approvals
     where task_id = $1 and plan_hash = $2 and voided order by principal, id desc
     on conflict (task_id, plan_hash, principal) where not voided do nothing`,
    [task.id, task.planHash, planHash],
  );
  const [counted] = await sql.rows<{ given: number }>(COUNT, [task.id, planHash]);
  return counted?.given ?? 0;
}
