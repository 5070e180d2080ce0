import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Files of builds are sealed from now on; those of before stay plain until they are removed.
 *
 * BREAKING: an api of before gives nobody a file that is sealed. Stop them all before the first new one starts.
 */
export class SealedFiles1763640000035 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stored_objects add column is_sealed boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table stored_objects drop column is_sealed');
  }
}
