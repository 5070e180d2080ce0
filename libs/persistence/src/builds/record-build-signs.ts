import { SIMPLE_MS, type Database } from '../database.js';
import { lockTask } from '../tasks/lock-task.js';
import type { WorkerBuild } from './own-build.js';

/** What a worker tells of a build while it works on it. */
export interface BuildSigns {
  readonly progress?: number | string;
  /** The newest of each type is kept. */
  readonly telemetry?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
}

/** How many types of telemetry one build may have. */
export const MAX_TELEMETRY_TYPES = 20;

/** Writes the signs into the build's phase. False: there are too many types of telemetry already. */
export async function recordBuildSigns(
  database: Database,
  build: WorkerBuild & { readonly attempt: number },
  signs: BuildSigns,
): Promise<boolean> {
  return database.transaction(SIMPLE_MS, async (sql) => {
    const task = await lockTask(sql, build.taskId);
    const record = (task?.phases['build'] ?? {}) as { telemetry?: Record<string, unknown> };
    const at = new Date().toISOString();
    const telemetry =
      signs.telemetry === undefined
        ? record.telemetry
        : { ...record.telemetry, [signs.telemetry.type]: { at, ...signs.telemetry.data } };
    if (Object.keys(telemetry ?? {}).length > MAX_TELEMETRY_TYPES) {
      return false;
    }
    const value = {
      ...record,
      ...(telemetry === undefined ? {} : { telemetry }),
      ...(signs.progress === undefined ? {} : { progress: signs.progress }),
    };
    await sql.rows(
      `update tasks set phases = phases || jsonb_build_object('build', $3::jsonb)
       where id = $1 and agent_id = $2 and attempt = $4 and status = 'running'`,
      [build.taskId, build.agentId, JSON.stringify(value), build.attempt],
    );
    return true;
  });
}
