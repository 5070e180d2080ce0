import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Times have milliseconds, as JavaScript has them: a cursor that was read back must equal what is stored.
 * Every table with a tenant's data carries organization_id.
 */
export class TasksAndSlots1763640000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [
      TENANTS,
      WORKSPACES,
      AGENTS,
      TASKS,
      TASK_INDEXES,
      TASK_RECORDS,
      STATES,
      VACUUM,
    ]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    throw new Error('the first migration has no way back: restore a backup');
  }
}

const TENANTS = `
create table organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  created_at timestamptz(3) not null default now()
);
insert into organizations (name) values ('default');

-- keys are random and long, so one round of SHA-256 is enough to store them
create table api_keys (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  key_hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  revoked_at timestamptz(3)
);

create table pools (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  created_at timestamptz(3) not null default now(),
  unique (organization_id, name)
);
insert into pools (organization_id, name) select id, 'default' from organizations;

create table agent_tokens (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  name text not null,
  token_hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  revoked_at timestamptz(3)
);

-- the answer to a POST that created something, kept so that repeating it creates nothing more
create table idempotency_keys (
  organization_id uuid not null references organizations,
  key text not null,
  request_hash text not null,
  status int,
  response jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (organization_id, key)
);`;

const WORKSPACES = `
create table workspaces (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  name text not null,
  engine text not null check (engine in ('terraform', 'opentofu')),
  engine_version text,
  working_directory text not null default '',
  auto_apply boolean not null default false,
  on_slot_lost text not null default 'replan' check (on_slot_lost in ('replan', 'restore')),
  needs_attention boolean not null default false,
  current_configuration_id uuid,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (organization_id, name)
);

create table variables (
  workspace_id uuid not null references workspaces on delete cascade,
  organization_id uuid not null references organizations,
  key text not null,
  category text not null check (category in ('terraform', 'env')),
  sensitive boolean not null default false,
  hcl boolean not null default false,
  -- encrypted by the api, sensitive or not
  sealed_value bytea not null,
  updated_at timestamptz(3) not null default now(),
  primary key (workspace_id, key, category)
);

create table configurations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  workspace_id uuid not null references workspaces on delete cascade,
  sha256 text not null,
  size_bytes int not null,
  content bytea not null,
  created_at timestamptz(3) not null default now()
);
create index configurations_by_workspace on configurations (workspace_id, created_at desc);
alter table configurations alter column content set storage external;`;

const AGENTS = `
create table agent_sessions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  agent_id text not null,
  pod_name text not null,
  slots int not null,
  concurrency int not null,
  version text not null,
  created_at timestamptz(3) not null default now(),
  ended_at timestamptz(3)
);

create table agents (
  id text primary key,
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  pod_name text not null,
  session_id uuid not null references agent_sessions,
  status text not null check (status in ('alive', 'suspect', 'draining', 'lost', 'stopped')),
  slots int not null check (slots > 0),
  concurrency int not null check (concurrency > 0),
  version text not null,
  registered_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

-- apart from agents: the claim locks agents' rows, and a heartbeat must not wait for a claim
create table agent_heartbeats (
  agent_id text primary key references agents on delete cascade,
  session_id uuid not null,
  at timestamptz(3) not null
) with (fillfactor = 50);

create table slots (
  agent_id text not null references agents on delete cascade,
  slot_id int not null check (slot_id > 0),
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  pod_name text not null,
  state text not null default 'idle' check (state in ('idle', 'running', 'reserved', 'lost')),
  task_id uuid,
  attempt int,
  -- kept while the reserved slot's apply runs, so that an assignment that fails goes back to the reservation
  reserved_until timestamptz(3),
  last_workspace_id uuid,
  updated_at timestamptz(3) not null default now(),
  primary key (agent_id, slot_id),
  constraint slot_has_task_when_in_use check ((state in ('running', 'reserved')) = (task_id is not null)),
  constraint slot_task_has_attempt check ((task_id is null) = (attempt is null)),
  constraint reserved_slot_has_end check (state <> 'reserved' or reserved_until is not null)
);
create unique index slots_one_per_task on slots (task_id) where task_id is not null;
create index slots_idle on slots (pool_id, agent_id, slot_id) where state = 'idle';`;

const TASKS = `
create table tasks (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  kind text not null check (kind in ('terraform', 'build')),
  operation text check (operation in ('plan', 'plan_and_apply', 'apply', 'destroy')),
  workspace_id uuid references workspaces on delete cascade,
  pool_id uuid not null references pools,
  configuration_id uuid references configurations,
  plan_task_id uuid references tasks,
  message text,
  status text not null default 'pending' check (status in ('pending', 'assigned', 'planning', 'apply_pending',
    'apply_queued', 'applying', 'running', 'succeeded', 'failed', 'cancelled', 'discarded')),
  phase text not null check (phase in ('plan', 'apply', 'build')),
  stage text not null default 'queued',
  writing boolean not null,
  -- false while another writing task of the workspace is before it; such a task is in no claim's way
  lane_head boolean not null,
  priority int not null default 0,
  attempt int not null default 0,
  retries int not null default 0,
  max_retries int not null default 5,
  agent_id text,
  pod_name text,
  slot_id int,
  session_id uuid,
  plan_hash text,
  plan_identical boolean,
  phases jsonb not null default '{}',
  changes jsonb,
  error jsonb,
  targets text[] not null default '{}',
  replace text[] not null default '{}',
  refresh_only boolean not null default false,
  auto_apply boolean not null default false,
  stop_requested text check (stop_requested in ('cancel', 'discard', 'force_cancel')),
  run_after timestamptz(3) not null default now(),
  runnable_at timestamptz(3) not null default now(),
  lease_until timestamptz(3),
  created_at timestamptz(3) not null default now(),
  assigned_at timestamptz(3),
  started_at timestamptz(3),
  confirmed_at timestamptz(3),
  finished_at timestamptz(3),
  constraint task_final_has_end check
    ((status in ('succeeded', 'failed', 'cancelled', 'discarded')) = (finished_at is not null)),
  constraint task_failed_has_error check (status <> 'failed' or error is not null),
  constraint task_owner_is_whole check
    ((agent_id is null) = (pod_name is null) and (agent_id is null) = (slot_id is null)),
  constraint task_active_has_owner check
    (status not in ('assigned', 'planning', 'applying', 'running') or (agent_id is not null and attempt > 0)),
  constraint terraform_task_has_workspace check (kind <> 'terraform' or (workspace_id is not null and operation is not null))
);`;

const TASK_INDEXES = `
-- the claim's order; whatever waits behind its workspace's active task is not in it
create index tasks_claimable on tasks (pool_id, priority desc, created_at, id) where status = 'pending' and lane_head;
create index tasks_confirmed on tasks (confirmed_at, id) where status = 'apply_queued';
create index tasks_leased on tasks (lease_until) where status = 'assigned';
create index tasks_of_agent on tasks (agent_id) where status in ('assigned', 'planning', 'apply_pending', 'apply_queued', 'applying', 'running');
create index tasks_stopping on tasks (id) where stop_requested is not null and finished_at is null;
-- at most one writing task of a workspace is at the head of its lane, whatever a query thinks
create unique index tasks_one_lane_head on tasks (workspace_id)
  where writing and lane_head and status not in ('succeeded', 'failed', 'cancelled', 'discarded');
create index tasks_lane on tasks (workspace_id, priority desc, created_at, id) where writing and not lane_head
  and status not in ('succeeded', 'failed', 'cancelled', 'discarded');
create index tasks_listed on tasks (organization_id, created_at desc, id desc);
create index tasks_of_workspace on tasks (workspace_id, created_at desc, id desc);`;

const TASK_RECORDS = `
create table task_events (
  id bigint generated always as identity primary key,
  organization_id uuid not null references organizations,
  task_id uuid not null references tasks on delete cascade,
  at timestamptz(3) not null default clock_timestamp(),
  event text not null,
  from_status text,
  to_status text,
  attempt int not null,
  actor text not null,
  message text not null,
  data jsonb not null default '{}'
);
create index task_events_of_task on task_events (task_id, id);

-- one text for each phase of a task; base_offset is where the present attempt's part begins
create table task_logs (
  task_id uuid not null references tasks on delete cascade,
  organization_id uuid not null references organizations,
  phase text not null check (phase in ('plan', 'apply', 'build')),
  attempt int not null,
  base_offset bigint not null default 0,
  size_bytes bigint not null default 0,
  primary key (task_id, phase)
);
create table task_log_chunks (
  task_id uuid not null,
  phase text not null,
  start_offset bigint not null,
  organization_id uuid not null references organizations,
  content bytea not null,
  primary key (task_id, phase, start_offset),
  foreign key (task_id, phase) references task_logs on delete cascade
);

create table plans (
  task_id uuid primary key references tasks on delete cascade,
  organization_id uuid not null references organizations,
  attempt int not null,
  hash text not null,
  size_bytes int not null,
  -- encrypted by the api: a plan file holds variables and the state in clear
  sealed_file bytea not null,
  -- terraform wants the identical dependency lock file back at apply
  lock_file text,
  document jsonb,
  digest text,
  previous_digest text,
  created_at timestamptz(3) not null default now()
);
alter table plans alter column sealed_file set storage external;`;

const STATES = `
create table state_versions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  workspace_id uuid not null references workspaces on delete cascade,
  serial bigint not null,
  lineage text not null,
  sha256 text not null,
  size_bytes int not null,
  -- encrypted by the api
  sealed_content bytea not null,
  task_id uuid references tasks on delete set null,
  attempt int,
  actor text not null,
  -- by insertion, because a restored older version has the next place and not the next serial of its lineage
  number bigint generated always as identity,
  created_at timestamptz(3) not null default clock_timestamp()
);
create unique index state_versions_newest on state_versions (workspace_id, number desc);
alter table state_versions alter column sealed_content set storage external;

create table state_locks (
  workspace_id uuid primary key references workspaces on delete cascade,
  organization_id uuid not null references organizations,
  lock_id text not null,
  info jsonb not null,
  task_id uuid,
  attempt int,
  created_at timestamptz(3) not null default now()
);`;

/** Dead tuples at the head of the claim's index cost more than anything else: vacuum early, without pauses. */
const VACUUM = `
alter table tasks set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05, fillfactor = 85);
alter table slots set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0, fillfactor = 70);`;
