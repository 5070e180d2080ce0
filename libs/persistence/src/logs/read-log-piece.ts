import type { TaskPhase } from '@berth/domain';
import type { Sql } from '../database.js';
import { plainChunk, type OpenChunk, type StoredChunk } from './stored-chunk.js';

const CHUNKS = 2_000;

/**
 * The next bytes of a phase's log where one of its chunks begins, about `limit` of them; empty at the end. Unlike
 * `readLog` it looks at no chunk beyond, so that a log of many small ones is read from end to end in one pass.
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
    `with next as (
       select start_offset, coalesce(plain_bytes, length(content)) as size from task_log_chunks
       where task_id = $1 and phase = $2 and start_offset >= $3 order by start_offset limit $5
     ), summed as (
       select start_offset, sum(size) over (order by start_offset) - size as before from next
     )
     select c.content, c.plain_bytes is not null as "isSealed" from summed s join task_log_chunks c
       on c.task_id = $1 and c.phase = $2 and c.start_offset = s.start_offset
     where s.before < $4 order by s.start_offset`,
    [taskId, phase, begin, limit, CHUNKS],
  );
  return Buffer.concat(chunks.map((chunk) => plainChunk(chunk, open)));
}
