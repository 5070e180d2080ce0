import { isWorker, type Database } from '@berth/persistence';
import type { Request } from 'express';
import type { MachineCaller, UserCaller, WorkerCaller } from '../auth/caller.js';
import { invalidField, notFound, ProblemError } from '../problems/problem-error.js';

const MAX_LENGTH = 100;

/** Fields that came with the request, beside its query and headers. */
export type NamingFields = Readonly<Record<string, unknown>>;

/**
 * Who speaks: the worker whose token it is, that of the machine, or with a user's key the worker that the request names,
 * in its query, its header X-Worker-Id or its body. @throws ProblemError 400, 404
 */
export async function workerOfRequest(
  database: Database,
  caller: WorkerCaller | UserCaller | MachineCaller,
  request: Request,
  fields: NamingFields = (request.body ?? {}) as NamingFields,
): Promise<string> {
  const worker = await workerSoFar(database, caller, request, fields);
  if (worker === undefined) {
    throw new ProblemError(
      400,
      'INVALID_REQUEST',
      'with an X-API-Key, name the worker: worker_id in the query or the body, or the header X-Worker-Id',
      { fields: [{ field: 'worker_id', message: 'must be given with an X-API-Key' }] },
    );
  }
  return worker;
}

/** The same while fields may still come; undefined where nobody is named yet. @throws ProblemError 400, 404 */
export async function workerSoFar(
  database: Database,
  caller: WorkerCaller | UserCaller | MachineCaller,
  request: Request,
  fields: NamingFields,
): Promise<string | undefined> {
  if (caller.kind !== 'user') {
    return caller.workerId;
  }
  const named = namedWorker(request, fields);
  if (named !== undefined && !(await isWorker(database, caller.organizationId, named))) {
    throw new ProblemError(404, 'NOT_FOUND', `${notFound('worker', named).message}: register first`);
  }
  return named;
}

function namedWorker(request: Request, fields: NamingFields): string | undefined {
  const given = [request.query['worker_id'], request.headers['x-worker-id'], fields['worker_id']];
  const names = given.filter((one) => one !== undefined && one !== null && one !== '');
  if (names.some((one) => typeof one !== 'string')) {
    throw invalidField('worker_id', 'must be given once, as text');
  }
  const [name, other] = new Set(names as string[]);
  if (other !== undefined) {
    throw invalidField('worker_id', 'the query, the header X-Worker-Id and the body name different workers');
  }
  if (name !== undefined && name.length > MAX_LENGTH) {
    throw invalidField('worker_id', `may have ${MAX_LENGTH} characters at the most`);
  }
  return name;
}
