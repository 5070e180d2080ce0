import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Builds: polling workers stand beside the agents in one table, so that slots, attempts, loss and rescue are the same
 * for both; what a build brings along and leaves behind is stored outside the database.
 */
export class Builds1763640000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [WORKERS, OBJECTS, BUILDS, CLAIM]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(BACK);
  }
}

const WORKERS = `
-- a worker asks for its work, an agent is told of it: the scheduler claims for agents only
alter table agents add column kind text not null default 'agent' check (kind in ('agent', 'worker'));
alter table agents add column name text;
alter table agents add column platforms text[] not null default '{}';

-- each stays good until its own end: a reply that is lost locks no worker out
create table worker_tokens (
  token_hash bytea primary key,
  organization_id uuid not null references organizations,
  agent_id text not null references agents on delete cascade,
  expires_at timestamptz(3) not null
);
create index worker_tokens_of_worker on worker_tokens (agent_id, expires_at);`;

const OBJECTS = `
-- the row is there before the bytes: whatever a crash leaves behind is found by its row
create table stored_objects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  file_name text not null,
  state text not null default 'arriving' check (state in ('arriving', 'whole', 'unwanted')),
  size_bytes bigint,
  sha256 text,
  created_at timestamptz(3) not null default now(),
  constraint whole_object_is_measured check (state <> 'whole' or (size_bytes is not null and sha256 is not null))
);
create index stored_objects_to_remove on stored_objects (created_at) where state <> 'whole';`;

const BUILDS = `
create table builds (
  task_id uuid primary key references tasks on delete cascade,
  organization_id uuid not null references organizations,
  source_id uuid references stored_objects,
  certs_id uuid references stored_objects,
  result_id uuid references stored_objects,
  original_build_id uuid,
  -- steps with their environment, encrypted by the api; null where a worker knows what to do
  sealed_steps bytea,
  artifacts text[] not null default '{}',
  -- since when nothing is stored of it any more
  parted_at timestamptz(3),
  updated_at timestamptz(3) not null default now()
);
create index builds_of_source on builds (source_id) where source_id is not null;
create index builds_of_certs on builds (certs_id) where certs_id is not null;
create index builds_of_result on builds (result_id) where result_id is not null;

create table build_artifacts (
  task_id uuid not null references builds on delete cascade,
  path text not null,
  organization_id uuid not null references organizations,
  attempt int not null,
  object_id uuid not null references stored_objects,
  created_at timestamptz(3) not null default now(),
  primary key (task_id, path)
);
create index build_artifacts_of_object on build_artifacts (object_id);`;

const CLAIM = `
alter table tasks add column platform text;
alter table tasks add constraint platform_is_of_a_build check (platform is null or kind = 'build');
-- builds that wait for a worker are in no agent's way, and the other way round
drop index tasks_claimable;
create index tasks_claimable on tasks (pool_id, priority desc, fair_at, id)
  where status = 'pending' and lane_head and platform is null;
create index tasks_claimable_by_workers on tasks (organization_id, platform, priority desc, fair_at, id)
  where status = 'pending' and lane_head and platform is not null;
create index tasks_leased_builds on tasks (lease_until) where status = 'running' and platform is not null;
create index tasks_of_platforms on tasks (organization_id, created_at desc, id desc) where platform is not null;`;

const BACK = `
drop index tasks_of_platforms, tasks_leased_builds, tasks_claimable_by_workers, tasks_claimable;
alter table tasks drop column platform;
create index tasks_claimable on tasks (pool_id, priority desc, fair_at, id) where status = 'pending' and lane_head;
drop table build_artifacts, builds, stored_objects, worker_tokens;
alter table agents drop column platforms, drop column name, drop column kind;`;
