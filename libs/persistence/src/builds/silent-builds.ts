import type { Failure } from '@berth/domain';
import { SIMPLE_MS, type Database } from '../database.js';
import { lockTask } from '../tasks/lock-task.js';
import { failLocked, type RetrySettings } from '../tasks/report-failure.js';

/**
 * Builds of which their workers say nothing any more, though they may be alive: they go back to the queue, as from a
 * lost worker. Gives how many.
 */
export async function recoverSilentBuilds(
  database: Database,
  limit: number,
  retry: RetrySettings,
): Promise<number> {
  const silent = await database.rows<{ id: string; attempt: number }>(
    `select id, attempt from tasks where status = 'running' and platform is not null and lease_until < now()
     order by lease_until limit $1`,
    [limit],
  );
  let recovered = 0;
  for (const { id, attempt } of silent) {
    const task = await database.transaction(SIMPLE_MS, async (sql) => {
      const locked = await lockTask(sql, id);
      const still = await sql.rows('select 1 from tasks where id = $1 and lease_until < now()', [id]);
      if (locked?.status !== 'running' || locked.attempt !== attempt || still.length === 0) {
        return null;
      }
      const message = `worker ${String(locked.podName)} has said nothing of this build for too long`;
      const failure: Failure = { code: 'BUILD_SILENT', class: 'transient', message };
      const report = {
        attempt,
        failure,
        interrupted: false,
        stopped: true,
        record: {},
        actor: 'scheduler',
      };
      return failLocked(sql, locked, report, retry);
    });
    recovered += task === null ? 0 : 1;
  }
  return recovered;
}
