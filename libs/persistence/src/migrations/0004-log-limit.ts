import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far the agent's count of its log is ahead of what a log at its limit has kept: without it, what was not kept
 * would be asked for, and sent, again for ever.
 */
export class LogLimit1763640000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table task_logs add column offset_correction bigint not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table task_logs drop column offset_correction');
  }
}
