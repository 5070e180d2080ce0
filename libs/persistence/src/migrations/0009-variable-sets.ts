import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Variables that several workspaces share: those that a set is assigned to or, where it is global, all of them. */
export class VariableSets1763640000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(VARIABLE_SETS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table variable_set_workspaces, variable_set_variables, variable_sets');
  }
}

const VARIABLE_SETS = `
create table variable_sets (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  name text not null,
  description text not null default '',
  global boolean not null default false,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (organization_id, name)
);

create table variable_set_variables (
  variable_set_id uuid not null references variable_sets on delete cascade,
  organization_id uuid not null references organizations,
  key text not null,
  category text not null check (category in ('terraform', 'env')),
  sensitive boolean not null default false,
  hcl boolean not null default false,
  -- encrypted by the api, sensitive or not
  sealed_value bytea not null,
  updated_at timestamptz(3) not null default now(),
  primary key (variable_set_id, key, category)
);

create table variable_set_workspaces (
  variable_set_id uuid not null references variable_sets on delete cascade,
  workspace_id uuid not null references workspaces on delete cascade,
  organization_id uuid not null references organizations,
  primary key (variable_set_id, workspace_id)
);
create index variable_set_workspaces_by_workspace on variable_set_workspaces (workspace_id);
`;
