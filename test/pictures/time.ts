import type { Database } from '@berth/persistence';

const MOMENTS = ['created_at', 'runnable_at', 'assigned_at', 'started_at', 'confirmed_at', 'finished_at'];
const WRITTEN_AS = /^\d{4}-\d\d-\d\dT/;

/** Has a run, with all that was written down of it, have happened so many hours earlier. */
export async function earlier(database: Database, taskId: string, hours: number): Promise<void> {
  const [task] = await database.rows<{ phases: unknown }>('select phases from tasks where id = $1', [taskId]);
  const interval = `${hours} hours`;
  await database.rows(
    `update tasks set phases = $2, ${MOMENTS.map((name) => `${name} = ${name} - $3::interval`).join(', ')} where id = $1`,
    [taskId, JSON.stringify(moved(task?.phases, hours * 3_600_000)), interval],
  );
  for (const [table, moment] of [
    ['task_events', 'at'],
    ['state_versions', 'created_at'],
  ] as const) {
    await database.rows(`update ${table} set ${moment} = ${moment} - $2::interval where task_id = $1`, [
      taskId,
      interval,
    ]);
  }
}

function moved(value: unknown, byMs: number): unknown {
  if (typeof value === 'string') {
    return WRITTEN_AS.test(value) ? new Date(Date.parse(value) - byMs).toISOString() : value;
  }
  if (Array.isArray(value)) {
    return value.map((each) => moved(each, byMs));
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, moved(each, byMs)]))
    : value;
}
