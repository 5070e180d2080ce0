import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A confirmation covers all that a plan was made from: what the agent was given for planning is kept, sealed, and given to
 * the apply again; and what init had fetched, by its digest.
 */
export class PlanInputs1763640000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table plan_inputs (
        task_id uuid primary key references tasks on delete cascade,
        organization_id uuid not null references organizations,
        attempt int not null,
        -- encrypted by the api: it holds the variables' values
        sealed_inputs bytea not null,
        created_at timestamptz(3) not null default now()
      )`);
    await runner.query('create index plan_inputs_of_organization on plan_inputs (organization_id)');
    await runner.query(`
      alter table plans add column modules_digest text, add column not_restorable text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table plans drop column modules_digest, drop column not_restorable');
    await runner.query('drop table plan_inputs');
  }
}
