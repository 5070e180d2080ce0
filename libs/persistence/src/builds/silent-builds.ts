import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import { eachAlone, type ItemFailed } from '../each-alone.js';
import type { TaskRow } from '../entities/index.js';
import { lockTask } from '../tasks/lock-task.js';
import type { RetrySettings } from '../tasks/report-failure.js';
import { returnAtCost } from '../tasks/return-build.js';

/**
 * Builds of which their workers say nothing any more, or have not said a word, though they may be alive: they go back to
 * the queue, as from a lost worker. Gives how many.
 */
export async function recoverSilentBuilds(
  database: Database,
  limit: number,
  retry: RetrySettings,
  failed: ItemFailed,
): Promise<number> {
  const silent = await database.rows<{ id: string; attempt: number }>(
    `select id, attempt from tasks
     where status in ('assigned', 'running') and platform is not null and lease_until < now()
     order by lease_until limit $1`,
    [limit],
  );
  return eachAlone(database, silent, {
    name: ({ id }) => `task ${id}`,
    failed,
    work: async ({ id, attempt }) =>
      database.transaction(SIMPLE_MS, async (sql) => {
        const locked = await lockTask(sql, id);
        // A sign may have come since the list was read.
        const still = await sql.rows('select 1 from tasks where id = $1 and lease_until < now()', [id]);
        if (locked?.attempt !== attempt || still.length === 0) {
          return false;
        }
        const failure = silenceOf(locked);
        return (await returnAtCost(sql, locked, { failure, actor: 'scheduler' }, retry)) !== null;
      }),
  });
}

function silenceOf({ status, podName }: TaskRow): Failure {
  const worker = `worker ${String(podName)}`;
  return status === 'assigned'
    ? {
        code: 'BUILD_NOT_BEGUN',
        class: 'transient',
        message: `${worker} took the build and has never begun it`,
      }
    : {
        code: 'BUILD_SILENT',
        class: 'transient',
        message: `${worker} has said nothing of this build for too long`,
      };
}
