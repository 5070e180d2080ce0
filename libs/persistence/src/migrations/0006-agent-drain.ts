import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An admin's wish that an agent takes no more work. It stays, through restarts of the agent, until it is taken back. */
export class AgentDrain1763640000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table agents add column drain_requested_at timestamptz(3)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table agents drop column drain_requested_at');
  }
}
