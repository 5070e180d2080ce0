import {
  readConfigurationOrigin,
  readPlanToApply,
  type Database,
  type GitTaskSource,
  type NewTask,
  type PlanToApply,
  type WorkspaceRow,
} from '@berth/persistence';
import { isUuid } from '../paging.js';
import { ProblemError } from '../problems/problem-error.js';

/** What a new task runs: a stored configuration, or a source that its first plan fetches. */
type WhatToRun = Pick<NewTask, 'configurationId' | 'source'>;

/** A configuration that is named counts most, then the workspace's git source, then its newest upload. */
export async function whatToRun(
  database: Database,
  workspace: WorkspaceRow,
  named: string | undefined,
): Promise<WhatToRun> {
  if (named === undefined && workspace.gitUrl !== null) {
    const { gitUrl: url, gitBranch: branch, gitPath: path } = workspace;
    return { configurationId: null, source: { kind: 'git', url, branch, path, commit: null } };
  }
  if (named !== undefined) {
    return { configurationId: named, source: await sourceOf(database, workspace.id, named) };
  }
  const id = workspace.currentConfigurationId;
  if (id === null) {
    throw new ProblemError(
      422,
      'NO_CONFIGURATION',
      'this workspace has no configuration yet: upload one with POST /api/v1/workspaces/:workspace/configurations, ' +
        'or PATCH the workspace with {"git": {"url": "…"}}',
    );
  }
  return { configurationId: id, source: 'of the configuration' };
}

/** An apply runs what its plan was made of. @throws ProblemError 422 */
export async function planToApply(
  database: Database,
  workspaceId: string,
  planTaskId: string,
): Promise<PlanToApply> {
  const plan = isUuid(planTaskId) ? await readPlanToApply(database, workspaceId, planTaskId) : null;
  if (plan === null) {
    throw new ProblemError(
      422,
      'NO_SUCH_PLAN',
      `planTaskId must name a task of this workspace with operation "plan" that has succeeded and whose file is still stored; "${planTaskId}" does not`,
    );
  }
  return plan;
}

/** Null for an upload. @throws ProblemError 422 */
async function sourceOf(database: Database, workspaceId: string, id: string): Promise<GitTaskSource | null> {
  const origin = isUuid(id) ? await readConfigurationOrigin(database, workspaceId, id) : null;
  if (origin === null) {
    throw new ProblemError(
      422,
      'UNKNOWN_CONFIGURATION',
      `configurationId: this workspace has no configuration "${id}"`,
    );
  }
  const { gitUrl: url, gitBranch: branch, gitPath: path, gitCommit: commit } = origin;
  return url === null ? null : { kind: 'git', url, branch, path: path ?? '', commit };
}
