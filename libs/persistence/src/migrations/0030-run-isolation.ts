import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How an agent keeps runs apart, by its own word at the start of its session; null for those that do not say, and workers. */
export class RunIsolation1763640000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table agent_sessions add isolation text');
    await runner.query('alter table agents add isolation text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table agents drop isolation');
    await runner.query('alter table agent_sessions drop isolation');
  }
}
