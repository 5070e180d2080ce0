import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether somebody has to look at an apply is a fact of the apply: its workspace alone cannot say which of them it
 * needs attention for. Of those that ask for it now, it is the one that ended last.
 */
export class AttendedApplies1763640000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tasks add column needs_attention boolean not null default false');
    await runner.query(
      `update tasks set needs_attention = true where id in (
         select (
           select t.id from tasks t
           where t.workspace_id = w.id and t.phase = 'apply' and t.status in ('failed', 'cancelled')
           order by t.finished_at desc, t.id desc limit 1)
         from workspaces w where w.needs_attention)`,
    );
    await runner.query('create index tasks_needing_attention on tasks (workspace_id) where needs_attention');
    // The list's order; the open ones have their own index.
    await runner.query(
      'create index unsaved_states_listed on unsaved_states (workspace_id, created_at desc, id desc)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index unsaved_states_listed');
    await runner.query('alter table tasks drop column needs_attention');
  }
}
