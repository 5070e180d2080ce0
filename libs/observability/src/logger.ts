import type { LoggerService } from '@nestjs/common';
import {
  pino,
  type Bindings,
  type DestinationStream,
  type LogFn,
  type Logger,
  type LoggerOptions,
} from 'pino';
import { logFields } from './log-fields.js';
import { redactText } from './redact-text.js';
import { withoutSecrets } from './redact.js';
import { traceFields } from './tracing.js';

export type { Logger } from 'pino';

/** The service's log: one JSON object a line on standard output, without secrets. */
export function createLogger(service: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service },
    // What the present work is about; a line's own fields win.
    mixin: () => ({ ...logFields(), ...traceFields() }),
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // What comes here has been made a plain object of.
    serializers: { err: (error: unknown) => error },
    // Before pino looks at anything: it writes an error's message by itself where nothing else is said.
    hooks: {
      logMethod(args, method) {
        method.apply(this, redacted(args));
      },
    },
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called on the logger that it is asked of
  const { child } = logger;
  // Pino writes the fields of a child down when it is made.
  logger.child = function safeChild(this: Logger, bindings: Bindings, ...rest: []) {
    return child.call(this, withoutSecrets(bindings) as Bindings, ...rest);
  } as typeof child;
  return logger;
}

type LogArguments = Parameters<LogFn>;

function redacted([first, ...rest]: LogArguments): LogArguments {
  const others = rest.map(withoutSecrets);
  if (!(first instanceof Error)) {
    return [withoutSecrets(first), ...others] as LogArguments;
  }
  const said = others.length === 0 ? [redactText(first.message)] : others;
  return [{ err: withoutSecrets(first) }, ...said] as LogArguments;
}

/** Nest's own messages in the same form. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: unknown): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(
      { context: rest.at(-1), stack: rest.length > 1 ? rest[0] : undefined },
      String(message),
    );
  }

  fatal(message: unknown, context?: unknown): void {
    this.logger.fatal({ context }, String(message));
  }
}
