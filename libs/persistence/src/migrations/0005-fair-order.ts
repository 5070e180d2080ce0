import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * By age alone, five hundred plans of one workspace would stand before the one plan of another. Each further plan
 * that a workspace has waiting counts as a minute younger, so that workspaces take turns; the claim still reads one
 * index in its order.
 */
export class FairOrder1763640000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'alter table tasks add column fair_at timestamptz(3) not null default now()',
      'update tasks set fair_at = created_at',
      'drop index tasks_claimable',
      `create index tasks_claimable on tasks (pool_id, priority desc, fair_at, id)
         where status = 'pending' and lane_head`,
      `create index tasks_waiting_plans on tasks (workspace_id, fair_at desc)
         where status = 'pending' and not writing`,
    ]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'drop index tasks_waiting_plans',
      'drop index tasks_claimable',
      `create index tasks_claimable on tasks (pool_id, priority desc, created_at, id)
         where status = 'pending' and lane_head`,
      'alter table tasks drop column fair_at',
    ]) {
      await runner.query(statement);
    }
  }
}
