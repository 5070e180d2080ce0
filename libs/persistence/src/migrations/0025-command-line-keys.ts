import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long the key lives that a person lets a command line have; null until they have said it. */
export class CommandLineKeys1763640000025 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table device_sign_ins add column key_days int check (key_days > 0);
alter table authorization_codes add column key_days int not null default 90 check (key_days > 0);`);
  }

  async down(): Promise<void> {
    throw new Error('what command lines wait for has no way back: restore a backup');
  }
}
