import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers that hold a token were kept in clear, and none was ever removed. */
export class KeptAnswersEnd1763640000019 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `delete from idempotency_keys where jsonb_typeof(response) = 'object' and response ? 'token'`,
    );
    await runner.query('create index idempotency_keys_created_at on idempotency_keys (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index idempotency_keys_created_at');
  }
}
