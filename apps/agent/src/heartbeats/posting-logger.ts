import type { Logger } from '@berth/observability';
import type { FromThread, LogLevel } from './thread-messages.js';

/** A logger whose lines are written by the main thread's: the agent has one log. */
export function postingLogger(say: (message: FromThread) => void): Logger {
  const line =
    (level: LogLevel) =>
    (first: object | string, text?: string): void => {
      const message =
        typeof first === 'string' ? { fields: {}, text: first } : { fields: first, text: text ?? '' };
      say({ kind: 'log', level, ...message });
    };
  const logger = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  // The four methods that libs/messaging calls; the rest of pino has no use in a thread that writes nothing itself.
  return logger as unknown as Logger;
}
