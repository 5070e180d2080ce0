import { createLogger, Metrics, type Logger } from '@berth/observability';

/** A logger that says nothing, and metrics of their own. */
export function quietly(): { logger: Logger; metrics: Metrics } {
  return { logger: createLogger('test', 'silent'), metrics: new Metrics('test') };
}
