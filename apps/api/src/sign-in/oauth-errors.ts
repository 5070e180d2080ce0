import { LOGGER, type Logger } from '@berth/observability';
import { Catch, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import { problemOf } from '../problems/problem.filter.js';

/** A refusal in the words of RFC 6749, which command lines read. */
export class OAuthError extends Error {
  constructor(
    readonly error: string,
    description: string,
  ) {
    super(description);
  }
}

/** Command lines read `error`, and nothing of ours. */
@Catch()
export class OAuthFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(caught: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    response.set({ 'cache-control': 'no-store' });
    if (caught instanceof OAuthError) {
      response.status(400).json({ error: caught.error, error_description: caught.message });
      return;
    }
    const { status, code, detail } = problemOf(caught);
    if (status >= 500) {
      this.logger.error({ err: caught }, `${code}: ${String(caught)}`);
    }
    const error = status >= 500 ? 'temporarily_unavailable' : 'invalid_request';
    response.status(status).json({ error, error_description: detail });
  }
}
