import { STATUS_CODES } from 'node:http';
import type { Problem } from '@berth/contracts';
import { LOGGER, Metrics, type Counter, type Logger } from '@berth/observability';
import {
  DatabaseUnavailable,
  InvalidValue,
  ReferenceGone,
  translatePostgresError,
  UnstorableText,
} from '@berth/persistence';
import { Catch, HttpException, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { bounded } from './bounded-problem.js';
import { DataKeyUnknown } from '../secrets/secret-box.js';
import { ProblemError } from './problem-error.js';
import { StateIsLocked } from './state-is-locked.js';
import { StorageUnavailable } from './storage-unavailable.js';

/** Clients of the build workers' protocol read what is wrong from a field of this name, and show nothing else. */
const BUILD_CLIENTS = /^\/(api\/)?(builds|workers|stats|diagnostics|health)(\/|$)/i;

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly problems: Counter<'code'>;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.problems = metrics.counter('berth_api_problems_total');
  }

  catch(caught: unknown, host: ArgumentsHost): void {
    const error = translatePostgresError(caught);
    const http = host.switchToHttp();
    const response = http.getResponse<Response>();
    if (error instanceof StateIsLocked) {
      response.status(423).json(error.holder.info);
      return;
    }
    const problem = bounded(problemOf(error));
    this.problems.inc({ code: problem.code });
    if (problem.status >= 500) {
      const request = http.getRequest<Request>();
      this.logger.error(
        { err: error, method: request.method, path: request.path },
        `${problem.code}: ${String(error)}`,
      );
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    // Terraform's backend would wait no longer than it says, eight times, instead of 1, 2, 4 … 30 s: 16 s and not 2 min.
    if (problem.status === 503 && !http.getRequest<Request>().path.endsWith('/terraform-state')) {
      response.setHeader('retry-after', '2');
    }
    if (error instanceof ProblemError && error.retryAfter !== undefined) {
      response.setHeader('retry-after', String(error.retryAfter));
    }
    if (error instanceof ProblemError && error.challenge !== undefined) {
      response.setHeader('www-authenticate', error.challenge);
    }
    const { path } = http.getRequest<Request>();
    const said = BUILD_CLIENTS.test(path) ? { ...problem, error: problem.detail } : problem;
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(said));
  }
}

/** What the caller is told; of an unknown error no more than that it happened. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) {
    return problem(error.status, error.code, error.message, {
      ...(error.fields === undefined ? {} : { errors: [...error.fields] }),
      ...(error.currentStatus === undefined ? {} : { currentStatus: error.currentStatus }),
      ...(error.planHash === undefined ? {} : { planHash: error.planHash }),
      ...(error.permission === undefined ? {} : { permission: error.permission }),
    });
  }
  if (error instanceof DatabaseUnavailable) {
    return problem(503, 'DATABASE_UNAVAILABLE', 'the database cannot answer now; try again in a moment');
  }
  if (error instanceof StorageUnavailable) {
    return problem(503, 'STORAGE_UNAVAILABLE', 'the store of files cannot answer now; try again in a moment');
  }
  if (error instanceof DataKeyUnknown) {
    return problem(
      503,
      'DATA_KEY_UNKNOWN',
      'this is sealed with a key that is not known here yet; try again in a moment',
    );
  }
  if (error instanceof UnstorableText || error instanceof InvalidValue) {
    return problem(400, 'INVALID_REQUEST', error.message);
  }
  if (error instanceof ReferenceGone) {
    return problem(404, 'NOT_FOUND', 'what this belongs to was deleted meanwhile');
  }
  if (error instanceof HttpException) {
    const status = error.getStatus();
    return problem(
      status,
      (STATUS_CODES[status] ?? 'ERROR').toUpperCase().replaceAll(' ', '_'),
      error.message,
    );
  }
  return problem(500, 'INTERNAL_ERROR', 'something went wrong here; the log of the api says what');
}

function problem(status: number, code: string, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, code, detail, ...more };
}
