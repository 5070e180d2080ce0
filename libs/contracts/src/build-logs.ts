import { BUILD_LOG_LEVELS, cutText, type BuildLogLevel } from '@berth/domain';
import { z } from 'zod';
import { queryInt4 } from './fields.js';

const MAX_MESSAGE = 64_000;

/** Nobody's build ends because of a level that only its worker knows. */
function levelOf(level: unknown): BuildLogLevel {
  return BUILD_LOG_LEVELS.find((one) => one === level) ?? 'info';
}

/** What is no text is written as JSON has it; null where there is nothing to keep. */
function messageOf(message: unknown): string | null {
  if (message === undefined || message === null) {
    return null;
  }
  return cutText(typeof message === 'string' ? message : JSON.stringify(message), MAX_MESSAGE);
}

interface Line {
  readonly level: BuildLogLevel;
  readonly message: string;
}

function linesOf(entry: unknown): Line[] {
  const { level, message } =
    typeof entry === 'object' && entry !== null
      ? (entry as { level?: unknown; message?: unknown })
      : { level: 'info', message: entry };
  const text = messageOf(message);
  return text === null ? [] : [{ level: levelOf(level), message: text }];
}

/** One entry, or many; an odd one among them is read as well as it can be, and takes no other with it. */
export const BuildLogPost = z
  .union(
    [
      z.array(z.unknown()).transform((logs) => ({ logs })),
      z.object({ logs: z.array(z.unknown()) }),
      z.object({
        level: z.unknown().optional(),
        message: z.unknown().refine((message) => messageOf(message) !== null),
      }),
    ],
    { error: 'must be {level, message}, or logs: a list of them' },
  )
  .transform((body) => ({ logs: 'logs' in body ? body.logs.flatMap(linesOf) : linesOf(body) }));
export type BuildLogPost = z.infer<typeof BuildLogPost>;

export const BuildLogs = z.object({
  build_id: z.string(),
  logs: z.array(z.object({ level: z.enum(BUILD_LOG_LEVELS), message: z.string(), timestamp: z.string() })),
  /** How many entries there are up to the last of these: the `after` of the next question. */
  next_after: z.int(),
});
export type BuildLogs = z.infer<typeof BuildLogs>;

/**
 * With `after`, the entries behind so many from the beginning, `limit` of them; with `limit` alone the newest; with
 * neither all of them.
 */
export const BuildLogsQuery = z.object({ after: queryInt4(0).optional(), limit: queryInt4(1).optional() });
export type BuildLogsQuery = z.infer<typeof BuildLogsQuery>;
