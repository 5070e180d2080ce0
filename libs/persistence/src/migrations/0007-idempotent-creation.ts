import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An api that crashed between creating something and remembering its answer would have created it again for the same
 * key. What a key creates now has its id before it is created.
 */
export class IdempotentCreation1763640000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table idempotency_keys add column resource_id uuid not null default gen_random_uuid(),
      add column held_until timestamptz(3) not null default now() + interval '1 minute'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table idempotency_keys drop column resource_id, drop column held_until');
  }
}
