import type { Sql } from '../database.js';

/** What of a task is kept sealed and must stand in none of its texts. */
export interface SealedSecrets {
  readonly workspaceId: string | null;
  /** What its plan was given; null of a build, and where nothing of it is kept (any more). */
  readonly inputs: Buffer | null;
  readonly gitToken: Buffer | null;
  /** Of a build on an agent. */
  readonly steps: Buffer | null;
  /** Of the certs of a build for workers. */
  readonly certPasswords: Buffer | null;
}

/** Null: there is no such task. */
export async function readSealedSecrets(sql: Sql, taskId: string): Promise<SealedSecrets | null> {
  const [secrets] = await sql.rows<SealedSecrets>(
    `select t.workspace_id as "workspaceId", given.sealed_inputs as inputs, w.sealed_git_token as "gitToken",
       b.sealed_steps as steps, b.sealed_passwords as "certPasswords"
     from tasks t left join workspaces w on w.id = t.workspace_id
     left join plan_inputs given on given.task_id = coalesce(t.plan_task_id, t.id)
     left join builds b on b.task_id = t.id
     where t.id = $1`,
    [taskId],
  );
  return secrets ?? null;
}
