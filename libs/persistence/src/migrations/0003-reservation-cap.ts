import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many slots of a pool may wait for people; null is any number. */
export class ReservationCap1763640000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- with 0 every confirmation would plan again, and nothing be applied ever
alter table pools add column max_reserved_slots int check (max_reserved_slots > 0);
create index slots_reserved on slots (pool_id, reserved_until) where state = 'reserved';`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index slots_reserved; alter table pools drop column max_reserved_slots');
  }
}
