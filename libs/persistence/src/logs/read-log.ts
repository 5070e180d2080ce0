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

/** The bytes of a phase's log from `offset` on, at most about `limit` of them, and how many there are in all. */
export async function readLog(
  database: Database,
  { taskId, phase, offset, limit }: PlaceInLog,
  open: OpenChunk,
): Promise<{ content: Buffer; sizeBytes: number }> {
  const chunks = await database.rows<StoredChunk & { start: number }>(
    `with chunks as (
       select start_offset, size, sum(size) over (order by start_offset) as running
       from (select start_offset, coalesce(plain_bytes, length(content)) as size from task_log_chunks
         where task_id = $1 and phase = $2) sized
       where start_offset + size > $3
     )
     select c.start_offset::float8 as start, c.content, c.plain_bytes is not null as "isSealed"
     from chunks join task_log_chunks c on c.task_id = $1 and c.phase = $2 and c.start_offset = chunks.start_offset
     where running - size < $4 order by c.start_offset`,
    [taskId, phase, offset, limit],
  );
  const sizeBytes = await readLogSize(database, taskId, phase);
  const first = chunks[0];
  const joined = Buffer.concat(chunks.map((chunk) => plainChunk(chunk, open)));
  const content = first === undefined ? joined : joined.subarray(Math.max(0, offset - first.start));
  return { content: content.subarray(0, limit), sizeBytes };
}
