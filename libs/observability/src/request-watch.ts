import { withLogFields, type LogFields } from './log-fields.js';
import type { Logger } from './logger.js';
import type { Counter, Histogram, Metrics } from './metrics.js';
import { beginSpan, failSpan, TRACEPARENT, withSpan, type Span } from './tracing.js';

/** Of a request what is looked at; express gives the route when it has found one. */
export interface WatchedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly requestId?: string;
  readonly route?: { readonly path?: unknown };
}

/** Of an answer what is looked at. */
export interface WatchedResponse {
  readonly statusCode: number;
  readonly writableFinished: boolean;
  getHeader(name: string): unknown;
  once(event: 'close', listener: () => void): unknown;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'LOCK', 'UNLOCK'];
/** Asked every few seconds by those who watch the process. */
const PROBES = ['/healthz', '/readyz', '/metrics'];
/** A build is a task. */
const TASK = /\/(?:tasks|builds)\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/;

/** Counts, times and traces HTTP requests by the template of their route: addresses have ids in them. */
export class RequestWatch {
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly seconds: Histogram<'method' | 'route'>;

  constructor(
    metrics: Metrics,
    private readonly logger: Logger,
  ) {
    this.requests = metrics.counter('berth_http_requests_total');
    this.seconds = metrics.histogram('berth_http_request_seconds');
  }

  /** To be used before everything that may answer. */
  readonly watch = (request: WatchedRequest, response: WatchedResponse, next: () => void): void => {
    const began = performance.now();
    const method = METHODS.includes(request.method) ? request.method : 'other';
    const isProbe = PROBES.includes(request.path);
    const span = isProbe
      ? null
      : beginSpan(method, { kind: 'server', parent: String(request.headers[TRACEPARENT]) });
    const fields = fieldsOf(request);
    response.once('close', () => {
      const path = request.route?.path;
      const route = typeof path === 'string' ? path : 'other';
      const status = statusOf(response);
      const seconds = (performance.now() - began) / 1_000;
      this.requests.inc({ method, route, status });
      if (!String(response.getHeader('content-type')).startsWith('text/event-stream')) {
        this.seconds.observe({ method, route }, seconds);
      }
      if (span !== null) {
        endSpan(span, { method, route, status, statusCode: response.statusCode, ...fields });
        withSpan(span, () => {
          const line = { ...fields, method, route, status: response.statusCode, seconds };
          this.logger.debug(line, `${method} ${route}: ${status}`);
        });
      }
    });
    withLogFields(fields, () => {
      if (span === null) {
        next();
      } else {
        withSpan(span, next);
      }
    });
  };
}

function fieldsOf({ path, query, requestId }: WatchedRequest): LogFields {
  const taskId = TASK.exec(path)?.[1];
  const attempt = Number(query['attempt']);
  return {
    ...(requestId === undefined ? {} : { requestId }),
    ...(taskId === undefined ? {} : { taskId }),
    ...(taskId !== undefined && Number.isInteger(attempt) && attempt > 0 ? { attempt } : {}),
  };
}

interface Ending extends LogFields {
  readonly method: string;
  readonly route: string;
  readonly status: string;
  readonly statusCode: number;
}

function endSpan(span: Span, { method, route, status, statusCode, taskId, attempt }: Ending): void {
  span.updateName(`${method} ${route}`);
  span.setAttributes({
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': statusCode,
    ...(taskId === undefined ? {} : { 'berth.task.id': taskId }),
    ...(attempt === undefined ? {} : { 'berth.task.attempt': attempt }),
  });
  if (status === '5xx') {
    failSpan(span, { code: String(statusCode) });
  }
  span.end();
}

function statusOf({ statusCode, writableFinished }: WatchedResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : 'aborted';
}
