import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What planning has made in the work directory, for an apply in another slot. Null where it made nothing. */
export class PlanSnapshot1763640000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans add column sealed_snapshot bytea, add column snapshot_hash text');
    await runner.query('alter table plans alter column sealed_snapshot set storage external');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans drop column sealed_snapshot, drop column snapshot_hash');
  }
}
