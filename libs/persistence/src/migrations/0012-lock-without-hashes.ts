import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether a plan was made with its lock file without hashes: terraform wants the identical file at apply. */
export class LockWithoutHashes1763640000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans add column lock_without_hashes boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans drop column lock_without_hashes');
  }
}
