import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who said yes to which plan, and how many have to. */
export class Approvals1763640000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
alter table workspaces
  add column approvals int not null default 1 check (approvals between 1 and 10),
  add column allow_self_approval boolean not null default true,
  add column keep_approvals text not null default 'never' check (keep_approvals in ('never', 'identical'));

create table approvals (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations on delete cascade,
  task_id uuid not null references tasks on delete cascade,
  -- of the plan's file, whichever attempt made it
  plan_hash text not null,
  principal text not null,
  actor text not null,
  comment text,
  at timestamptz(3) not null default clock_timestamp(),
  -- with the plan that they were for
  voided boolean not null default false
);
create unique index approvals_one on approvals (task_id, plan_hash, principal) where not voided;
create index approvals_task on approvals (task_id);
create index approvals_organization on approvals (organization_id);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop table approvals;
alter table workspaces drop column approvals, drop column allow_self_approval, drop column keep_approvals;`);
  }
}
