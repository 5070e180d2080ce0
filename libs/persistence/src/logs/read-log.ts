import type { TaskPhase } from '@berth/domain';
import type { Database } from '../database.js';
import { readLogSize } from './append-log.js';
import { plainChunk, type OpenChunk, type StoredChunk } from './stored-chunk.js';

interface PlaceInLog {
  readonly taskId: string;
  readonly phase: TaskPhase;
  readonly offset: number;
  readonly limit: number;
}

/**
 * The bytes of a phase's log from `offset` on, at most `limit` of them, and how many there are in all. Chunks follow one another
 * without a gap: the first is the last that begins at the offset or before, and no other one before it is looked at.
 */
export async function readLog(
  database: Database,
  { taskId, phase, offset, limit }: PlaceInLog,
  open: OpenChunk,
): Promise<{ content: Buffer; sizeBytes: number }> {
  const chunks = await database.rows<StoredChunk & { start: number }>(
    `select start_offset::float8 as start, content, plain_bytes is not null as "isSealed" from task_log_chunks
     where task_id = $1 and phase = $2 and start_offset < $3::bigint + $4 and start_offset >= coalesce(
       (select max(start_offset) from task_log_chunks where task_id = $1 and phase = $2 and start_offset <= $3), 0)
     order by start_offset`,
    [taskId, phase, offset, limit],
  );
  const sizeBytes = await readLogSize(database, taskId, phase);
  const first = chunks[0];
  const joined = Buffer.concat(chunks.map((chunk) => plainChunk(chunk, open)));
  const content = first === undefined ? joined : joined.subarray(Math.max(0, offset - first.start));
  return { content: content.subarray(0, limit), sizeBytes };
}
