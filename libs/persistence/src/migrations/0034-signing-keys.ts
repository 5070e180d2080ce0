import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which the api signs the tokens that runs show to clouds; others check them with the public part. */
export class SigningKeys1763640000034 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  sealed_private_key bytea not null,
  created_at timestamptz not null default now(),
  signs_from timestamptz not null
);
create index signing_keys_signs_from on signing_keys (signs_from);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table signing_keys');
  }
}
