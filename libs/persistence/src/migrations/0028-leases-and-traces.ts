import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of which trace a task is, from the request that queued it on: between that and what an agent does lies a committed row.
 * And which process does what only one has to do. A row with a time limit and no advisory lock: one that a session holds does
 * not come through a pooler of transactions, and a frozen process would keep it.
 */
export class LeasesAndTraces1763640000028 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table tasks add column traceparent text;
create table leases (
  name text primary key,
  holder uuid not null,
  held_until timestamptz(3) not null
)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leases; alter table tasks drop column traceparent');
  }
}
