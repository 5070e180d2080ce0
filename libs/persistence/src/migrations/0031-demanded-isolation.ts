import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the agents of a pool have to keep runs apart, at least; null is any way. */
export class DemandedIsolation1763640000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      "alter table pools add run_isolation text check (run_isolation in ('user', 'sandbox'))",
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table pools drop column run_isolation');
  }
}
