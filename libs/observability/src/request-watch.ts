import type { Counter, Histogram, Metrics } from './metrics.js';

/** Of a request what is looked at; express gives the route when it has found one. */
export interface WatchedRequest {
  readonly method: string;
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

/** Counts and times HTTP requests by the template of their route: addresses have ids in them. */
export class RequestWatch {
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly seconds: Histogram<'method' | 'route'>;

  constructor(metrics: Metrics) {
    this.requests = metrics.counter('berth_http_requests_total');
    this.seconds = metrics.histogram('berth_http_request_seconds');
  }

  /** To be used before everything that may answer. */
  readonly watch = (request: WatchedRequest, response: WatchedResponse, next: () => void): void => {
    const began = performance.now();
    response.once('close', () => {
      const path = request.route?.path;
      const route = typeof path === 'string' ? path : 'other';
      const method = METHODS.includes(request.method) ? request.method : 'other';
      this.requests.inc({ method, route, status: statusOf(response) });
      if (!String(response.getHeader('content-type')).startsWith('text/event-stream')) {
        this.seconds.observe({ method, route }, (performance.now() - began) / 1_000);
      }
    });
    next();
  };
}

function statusOf({ statusCode, writableFinished }: WatchedResponse): string {
  return writableFinished ? `${Math.floor(statusCode / 100)}xx` : 'aborted';
}
