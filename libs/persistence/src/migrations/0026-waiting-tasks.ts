import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What waits is looked for by every page that is open, among all the tasks that there ever were. */
export class WaitingTasks1763640000026 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index tasks_waiting on tasks (organization_id, created_at desc, id desc)
         where status in ('pending', 'assigned', 'apply_pending', 'apply_queued')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index tasks_waiting');
  }
}
