import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Values that one run is given beside those of its workspace: sealed, and their names for whoever reads the plan. */
export class TaskVariables1763640000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table task_variables (
        task_id uuid primary key references tasks on delete cascade,
        organization_id uuid not null references organizations,
        -- encrypted by the api
        sealed_variables bytea not null
      )`);
    await runner.query('create index task_variables_of_organization on task_variables (organization_id)');
    await runner.query(`alter table tasks add column variable_names text[] not null default '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table tasks drop column variable_names');
    await runner.query('drop table task_variables');
  }
}
