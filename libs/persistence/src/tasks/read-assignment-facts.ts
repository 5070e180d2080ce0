import type { ConfigurationOfTask } from '../configurations/store-fetched.js';
import type { Sql, Together } from '../database.js';
import type { WorkspaceRow } from '../entities/index.js';
import { prepared } from '../statement.js';

/** What is stored of the plan that an apply is of. */
export interface StoredPlan {
  readonly hash: string;
  /** Of the engine that has planned. */
  readonly engineVersion: string | null;
  readonly lockFile: string | null;
  readonly lockWithoutHashes: boolean;
  readonly snapshotHash: string | null;
  readonly modulesDigest: string | null;
  readonly notRestorable: string | null;
}

/** What one phase of a terraform task begins with, all of one moment. */
export interface AssignmentFacts {
  readonly workspace: Pick<
    WorkspaceRow,
    'id' | 'name' | 'workingDirectory' | 'engine' | 'engineVersion' | 'gitUrl' | 'sealedGitToken'
  >;
  readonly configuration: ConfigurationOfTask | null;
  /** Of an apply; null where none is stored. */
  readonly plan: StoredPlan | null;
  /** Of an apply: what its plan was given, sealed; null where that was not kept. */
  readonly sealedInputs: Buffer | null;
  /** What the task alone is given, sealed; null where it is given nothing. */
  readonly sealedGiven: Buffer | null;
  /** The lock file of the workspace's last plan, for a plan. */
  readonly keptLockFile: string | null;
}

type Row = AssignmentFacts['workspace'] & Omit<AssignmentFacts, 'workspace'> & { readonly taskId: string };

const FACTS = prepared(
  `select t.id as "taskId", w.id, w.name, w.working_directory as "workingDirectory", w.engine, w.engine_version as "engineVersion",
     w.git_url as "gitUrl", w.sealed_git_token as "sealedGitToken",
     case when c.id is not null then json_build_object(
       'id', c.id, 'sha256', c.sha256, 'sizeBytes', c.size_bytes, 'commit', c.git_commit) end as configuration,
     case when p.task_id is not null then json_build_object(
       'hash', p.hash, 'engineVersion', planned.phases -> 'plan' ->> 'engineVersion', 'lockFile', p.lock_file,
       'lockWithoutHashes', p.lock_without_hashes, 'snapshotHash', p.snapshot_hash,
       'modulesDigest', p.modules_digest,
       'notRestorable', p.not_restorable) end as plan,
     given.sealed_inputs as "sealedInputs",
     (select sealed_variables from task_variables where task_id = t.id) as "sealedGiven",
     case when t.phase = 'plan' then (
       select last.lock_file from tasks k join plans last on last.task_id = k.id
       where k.workspace_id = w.id and last.lock_file is not null
       order by k.created_at desc, k.id desc limit 1) end as "keptLockFile"
   from tasks t join workspaces w on w.id = t.workspace_id
   left join configurations c on c.id = t.configuration_id
   left join plans p on t.phase = 'apply' and p.task_id = coalesce(t.plan_task_id, t.id)
   left join tasks planned on planned.id = p.task_id
   left join plan_inputs given on given.task_id = p.task_id and given.attempt = p.attempt
   where t.id = any($1::uuid[])`,
);

const READING: Together<string, AssignmentFacts | null> = {
  work: async (sql, taskIds) => {
    const rows = await sql.rows<Row>(FACTS, [taskIds]);
    const facts = new Map(
      rows.map(({ taskId, configuration, plan, sealedInputs, sealedGiven, keptLockFile, ...workspace }) => [
        taskId,
        { workspace, configuration, plan, sealedInputs, sealedGiven, keptLockFile },
      ]),
    );
    return taskIds.map((id) => facts.get(id) ?? null);
  },
};

/** Null where the task is no terraform task. */
export async function readAssignmentFacts(sql: Sql, taskId: string): Promise<AssignmentFacts | null> {
  return sql.together(READING, taskId);
}
