import { isWorker, type Database } from '@berth/persistence';
import type { Request } from 'express';
import type { UserCaller, WorkerCaller } from '../auth/caller.js';
import { ProblemError } from '../problems/problem-error.js';

/** Who speaks: the worker whose token it is, or with a user's key the worker that the request names. */
export async function workerOfRequest(
  database: Database,
  caller: WorkerCaller | UserCaller,
  request: Request,
): Promise<string> {
  if (caller.kind === 'worker') {
    return caller.workerId;
  }
  const named = namedWorker(request);
  if (named === undefined) {
    throw new ProblemError(
      400,
      'INVALID_REQUEST',
      'with an X-API-Key, name the worker: ?worker_id=, or the header X-Worker-Id',
      { fields: [{ field: 'worker_id', message: 'must be given with an X-API-Key' }] },
    );
  }
  if (!(await isWorker(database, caller.organizationId, named))) {
    throw new ProblemError(404, 'NOT_FOUND', `there is no worker "${named}": register first`);
  }
  return named;
}

function namedWorker(request: Request): string | undefined {
  const body = request.body as { worker_id?: unknown } | undefined;
  const candidates = [request.query['worker_id'], request.headers['x-worker-id'], body?.worker_id];
  return candidates.find((one): one is string => typeof one === 'string' && one !== '');
}
