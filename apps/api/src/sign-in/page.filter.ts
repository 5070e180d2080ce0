import { LOGGER, type Logger } from '@berth/observability';
import { translatePostgresError } from '@berth/persistence';
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ProblemError } from '../problems/problem-error.js';
import { problemOf } from '../problems/problem.filter.js';
import { html } from './html.js';
import { problemNote, sendPage } from './page.js';

/** What goes wrong on a page is said on a page. */
@Catch()
export class PageFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(caught: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const error = translatePostgresError(caught);
    const { status, code, detail } = problemOf(error);
    if (status >= 500) {
      this.logger.error({ err: error, path: http.getRequest<Request>().path }, `${code}: ${String(error)}`);
    }
    const response = http.getResponse<Response>();
    if (error instanceof ProblemError && error.retryAfter !== undefined) {
      response.setHeader('retry-after', String(error.retryAfter));
    }
    sendPage(response, {
      title: status < 500 ? 'This did not work' : 'Something went wrong',
      status,
      body: html`${problemNote(sentence(detail))}
        <p><a href="/sign-in">Go to the sign-in page</a></p>`,
    });
  }
}

/** With a capital letter and a full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
