import { describe, expect, it } from '@jest/globals';
import { createLogger, Metrics } from '@berth/observability';
import { DatabaseUnavailable, ReferenceGone } from '@berth/persistence';
import type { ArgumentsHost } from '@nestjs/common';
import { ProblemFilter, problemOf } from './problem.filter.js';

/** What is answered to a request for this path while the database is away. */
function answerTo(path: string): { status: number; retryAfter: string | undefined } {
  const headers = new Map<string, string>();
  let status = 0;
  const response = {
    headersSent: false,
    setHeader: (name: string, value: string) => headers.set(name, value),
    status: (code: number) => {
      status = code;
      return response;
    },
    type: () => response,
    send: () => response,
  };
  const http = { getRequest: () => ({ path, method: 'GET' }), getResponse: () => response };
  const filter = new ProblemFilter(createLogger('test', 'silent'), new Metrics('test'));
  filter.catch(new DatabaseUnavailable(new Error('away')), { switchToHttp: () => http } as ArgumentsHost);
  return { status, retryAfter: headers.get('retry-after') };
}

describe('an answer while the database is away', () => {
  it('says when to ask again', () => {
    expect(answerTo('/api/v1/tasks')).toEqual({ status: 503, retryAfter: '2' });
  });

  it('leaves terraform to its own, longer patience', () => {
    expect(answerTo('/api/v1/workspaces/w/terraform-state')).toEqual({ status: 503, retryAfter: undefined });
  });
});

describe('an answer where something was deleted in the moment', () => {
  it('is that it is not there', () => {
    expect(problemOf(new ReferenceGone('the workspace'))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});
