import type { TaskPhase } from '@berth/domain';
import type { Sql } from '../database.js';
import { plainChunk, type OpenChunk, type StoredChunk } from './stored-chunk.js';

const CHUNKS = 2_000;

/**
 * The next bytes of a phase's log where one of its chunks begins, about `limit` of them and of so many chunks;
 * empty at the end.
 */
export async function readLogPiece(
  sql: Sql,
  {
    taskId,
    phase,
    begin,
    limit,
  }: { readonly taskId: string; readonly phase: TaskPhase; readonly begin: number; readonly limit: number },
  open: OpenChunk,
): Promise<Buffer> {
  const chunks = await sql.rows<StoredChunk>(
    `select content, plain_bytes is not null as "isSealed" from task_log_chunks
     where task_id = $1 and phase = $2 and start_offset >= $3 and start_offset < $3::bigint + $4
     order by start_offset limit $5`,
    [taskId, phase, begin, limit, CHUNKS],
  );
  return Buffer.concat(chunks.map((chunk) => plainChunk(chunk, open)));
}
