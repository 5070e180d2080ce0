import { randomBytes } from 'node:crypto';
import { createBuild, registerWorker, type Database, type TaskRow } from '@berth/persistence';

/** Builds, and workers that ask for them, in the database alone. */
export class BuildFleet {
  constructor(
    private readonly database: Database,
    private readonly organizationId: string,
  ) {}

  async worker(agentId: string, more: { platforms?: string[]; atOnce?: number; none?: boolean } = {}) {
    return registerWorker(this.database, {
      organizationId: this.organizationId,
      agentId,
      name: `worker ${agentId}`,
      platforms: more.platforms ?? ['ios', 'android'],
      maxConcurrentBuilds: more.atOnce ?? 1,
      hasNoBuilds: more.none ?? false,
      tokenHash: randomBytes(32),
    });
  }

  async build(platform = 'ios', more: { priority?: number; maxRetries?: number } = {}): Promise<TaskRow> {
    return createBuild(this.database, {
      organizationId: this.organizationId,
      runsOn: { platform },
      sourceId: null,
      certsId: null,
      artifacts: [],
      originalBuildId: null,
      message: null,
      priority: more.priority ?? 0,
      maxRetries: more.maxRetries ?? 3,
      actor: 'user:test',
    });
  }

  /** No build, and every worker with nothing in hand. */
  async beginAnew(): Promise<void> {
    await this.database.rows("update slots set state = 'idle', task_id = null, attempt = null");
    await this.database.rows('delete from tasks');
  }

  async statusOf(taskId: string): Promise<string | undefined> {
    const [row] = await this.database.rows<{ status: string }>('select status from tasks where id = $1', [
      taskId,
    ]);
    return row?.status;
  }

  async eventsOf(taskId: string): Promise<string[]> {
    const rows = await this.database.rows<{ event: string; actor: string }>(
      'select event, actor from task_events where task_id = $1 order by id',
      [taskId],
    );
    return rows.map(({ event, actor }) => `${event} by ${actor}`);
  }
}
