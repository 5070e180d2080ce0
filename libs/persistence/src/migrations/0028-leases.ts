import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which process does what only one has to do. A row with a time limit and no advisory lock: one that a session holds does
 * not come through a pooler of transactions, and a frozen process would keep it.
 */
export class Leases1763640000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table leases (
  name text primary key,
  holder uuid not null,
  held_until timestamptz(3) not null
)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leases');
  }
}
