import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What retention goes by. A log without an age begins its own with this migration, which looks at no row; a plan parts
 * from its file and keeps what it says.
 */
export class WhatEnds1763640000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- in a process of before, which does not know it, such a workspace has its id for a name and no run
alter table workspaces add column deleted_at timestamptz(3);
alter table task_logs add column created_at timestamptz(3) not null default now();
alter table plans alter column sealed_file drop not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
delete from plans where sealed_file is null;
alter table plans alter column sealed_file set not null;
alter table task_logs drop column created_at;
alter table workspaces drop column deleted_at;`);
  }
}
