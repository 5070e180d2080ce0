import type { Database, WorkerBuild } from '@berth/persistence';
import type { Request } from 'express';
import type { MachineCaller, UserCaller, WorkerCaller } from '../auth/caller.js';
import { ProblemError } from '../problems/problem-error.js';
import { workerOfRequest } from './worker-of-request.js';

/** Who works on builds: a worker, by its token or by a key and its name, or a build's machine. */
export type Builder = WorkerCaller | UserCaller | MachineCaller;

/** The build of the path, as the one who asks has it. @throws ProblemError 400, 403, 404 */
export async function buildOfRequest(
  database: Database,
  caller: Builder,
  taskId: string,
  request: Request,
): Promise<WorkerBuild> {
  if (caller.kind !== 'machine') {
    return { taskId, agentId: await workerOfRequest(database, caller, request) };
  }
  if (caller.buildId !== taskId) {
    throw new ProblemError(403, 'NOT_YOUR_BUILD', `this token opens build ${caller.buildId} and no other`);
  }
  return { taskId, agentId: caller.workerId, attempt: caller.attempt };
}
