import { AsyncLocalStorage } from 'node:async_hooks';

/** What the present work is about; every line that it logs has it. */
export interface LogFields {
  readonly requestId?: string;
  readonly taskId?: string;
  readonly attempt?: number;
  readonly agentId?: string;
}

const present = new AsyncLocalStorage<LogFields>();

/** Lines of this work, and of whatever it begins, are about this as well. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return present.run({ ...present.getStore(), ...fields }, work);
}

/** For what belongs to the process, and was only begun while something else was being done. */
function withoutLogFields<T>(work: () => T): T {
  return present.run({}, work);
}

interface Log {
  info(line: string): void;
  warn(line: string): void;
}

/** A log for what connections say: one that was opened for a task is everybody's afterwards. */
export function logOfProcess(logger: Log): Log {
  return {
    info: (line) => {
      withoutLogFields(() => {
        logger.info(line);
      });
    },
    warn: (line) => {
      withoutLogFields(() => {
        logger.warn(line);
      });
    },
  };
}

/** What the present work is about. */
export function logFields(): LogFields {
  return present.getStore() ?? {};
}

/** What a message, a row or a request says that it is about. */
export function fieldsIn(value: unknown): LogFields {
  const { taskId, attempt, agentId } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof taskId === 'string' && taskId !== 'any' ? { taskId } : {}),
    ...(typeof attempt === 'number' ? { attempt } : {}),
    ...(typeof agentId === 'string' ? { agentId } : {}),
  };
}
