import type { TaskPhase } from '@berth/domain';
import { spokenFor, type Speaker } from '../speaker.js';
import { SIMPLE_MS, type Database } from '../database.js';
import type { StopRequest } from '../entities/index.js';
import { LOST_APPLY_OPEN } from '../workspaces/lost-apply.js';

export interface LogPiece {
  /** The agent's session that sends it; null where it is a polling worker's, whose own guard comes before. */
  readonly by: Speaker | null;
  readonly taskId: string;
  readonly attempt: number;
  readonly phase: TaskPhase;
  /** Where the piece begins in this attempt's part of the log; a caller that does not count appends at its `end`. */
  readonly offset: number | 'end';
  readonly content: Buffer;
  /** What a phase's log may hold, in bytes; what comes beyond is counted as taken, and dropped. */
  readonly maxBytes: number;
  /** What is kept of it, and how much of it that stands for: not less than a byte. Without one, it is kept as it is. */
  readonly mask?: (piece: Buffer) => { readonly content: Buffer; readonly taken: number };
  /** How it is sealed. Without one, it is kept plain. */
  readonly seal?: (content: Buffer) => Buffer;
}

export type LogAppending =
  | { readonly outcome: 'appended'; readonly nextOffset: number; readonly stopRequested: StopRequest | null }
  | { readonly outcome: 'stale' };

interface LogRow {
  readonly base: number;
  readonly size: number;
  readonly correction: number;
}

const CUT = Buffer.from('\n(the log is cut here: it has reached its limit, BERTH_MAX_LOG_MB)\n');

/**
 * Appends to a phase's log. A piece that is there already (a repeated request) changes nothing; the answer says
 * where the next piece has to begin. Attempts follow each other in one text.
 */
export async function appendLog(database: Database, piece: LogPiece): Promise<LogAppending> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const [task] = await sql.rows<{ organizationId: string; stopRequested: StopRequest | null }>(
      `select organization_id as "organizationId", stop_requested as "stopRequested" from tasks t
       where id = $1 and attempt = $2 and (status in ('planning', 'applying', 'running', 'apply_pending', 'apply_queued')
         or ${LOST_APPLY_OPEN}) and ($3::text is null or ${spokenFor('t', { agent: '$3', session: '$4' })})`,
      [piece.taskId, piece.attempt, piece.by?.agentId ?? null, piece.by?.sessionId ?? null],
    );
    if (task === undefined) {
      return { outcome: 'stale' };
    }
    const [log] = await sql.rows<LogRow>(
      `insert into task_logs (task_id, organization_id, phase, attempt) values ($1, $2, $3, $4)
       on conflict (task_id, phase) do update set
         base_offset = case when task_logs.attempt = $4 then task_logs.base_offset else task_logs.size_bytes end,
         offset_correction = case when task_logs.attempt = $4 then task_logs.offset_correction else 0 end,
         attempt = $4
       returning base_offset::float8 as base, size_bytes::float8 as size, offset_correction::float8 as correction`,
      [piece.taskId, task.organizationId, piece.phase, piece.attempt],
    );
    if (log === undefined) {
      throw new Error(`the log of task ${piece.taskId} could not be opened`);
    }
    const have = log.size - log.base + log.correction;
    const offset = piece.offset === 'end' ? have : piece.offset;
    const fresh = piece.content.subarray(Math.max(0, have - offset));
    const gap = offset > have;
    const { stopRequested } = task;
    if (gap || fresh.length === 0) {
      return { outcome: 'appended', nextOffset: have, stopRequested };
    }
    const { content, taken } = piece.mask?.(fresh) ?? { content: fresh, taken: fresh.length };
    const kept = withinLimit(content, piece.maxBytes - log.size);
    if (kept.length > 0) {
      await sql.rows(
        `insert into task_log_chunks (task_id, phase, start_offset, organization_id, content, plain_bytes)
         values ($1, $2, $3, $4, $5, $6)`,
        piece.seal === undefined
          ? [piece.taskId, piece.phase, log.size, task.organizationId, kept, null]
          : [piece.taskId, piece.phase, log.size, task.organizationId, piece.seal(kept), kept.length],
      );
    }
    await sql.rows(
      `update task_logs set size_bytes = size_bytes + $3, offset_correction = offset_correction + $4
       where task_id = $1 and phase = $2`,
      [piece.taskId, piece.phase, kept.length, taken - kept.length],
    );
    return { outcome: 'appended', nextOffset: have + taken, stopRequested };
  });
}

/**
 * What of the piece is kept: all of it, or its beginning with a line that says that the rest is not, which goes
 * beyond the limit; nothing where that line is there already.
 */
function withinLimit(fresh: Buffer, room: number): Buffer {
  if (fresh.length <= room) {
    return fresh;
  }
  return room < 0 ? Buffer.alloc(0) : Buffer.concat([fresh.subarray(0, room), CUT]);
}

/** How many bytes a phase's log has. */
export async function readLogSize(database: Database, taskId: string, phase: TaskPhase): Promise<number> {
  const [log] = await database.rows<{ size: number }>(
    'select size_bytes::float8 as size from task_logs where task_id = $1 and phase = $2',
    [taskId, phase],
  );
  return log?.size ?? 0;
}
