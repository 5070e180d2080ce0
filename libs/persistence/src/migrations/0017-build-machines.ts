import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a build's own machine may, the passwords of certs that came beside them, and what workers say of themselves. */
export class BuildMachines1763640000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- one at a time for each build, gone with its attempt; the password itself is derived and not stored
create table build_machines (
  task_id uuid primary key references builds on delete cascade,
  organization_id uuid not null references organizations,
  attempt int not null,
  token_hash bytea not null unique,
  expires_at timestamptz(3) not null,
  ready_at timestamptz(3)
);
create index build_machines_of_organization on build_machines (organization_id);

-- sealed by the api, like the certs
alter table builds add column sealed_passwords bytea;

-- the newest of each worker
create table worker_reports (
  agent_id text primary key references agents on delete cascade,
  organization_id uuid not null references organizations,
  run_at timestamptz(3) not null default now(),
  report jsonb not null
);
create index worker_reports_of_organization on worker_reports (organization_id, run_at desc);

-- taken and never begun: its worker's word is waited for as for that of a build that runs
drop index tasks_leased_builds;
create index tasks_leased_builds on tasks (lease_until)
  where status in ('assigned', 'running') and platform is not null;`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop index tasks_leased_builds;
create index tasks_leased_builds on tasks (lease_until) where status = 'running' and platform is not null;
drop table worker_reports, build_machines;
alter table builds drop column sealed_passwords;`);
  }
}
