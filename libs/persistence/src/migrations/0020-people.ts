import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, and what they and their programs may do where. Users belong to the installation; all else to an organization. */
export class People1763640000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [USERS, ORGANIZATIONS, PROJECTS, GRANTS, KEYS, SESSIONS, TASKS]) {
      await runner.query(statement);
    }
  }

  async down(): Promise<void> {
    throw new Error('people have no way back: restore a backup');
  }
}

const USERS = `
create table users (
  id uuid primary key default gen_random_uuid(),
  email text not null,
  name text not null,
  -- scrypt with its parameters; null of who signs in by single sign-on only
  password_hash text,
  created_at timestamptz(3) not null default now(),
  last_sign_in_at timestamptz(3),
  disabled_at timestamptz(3)
);
create unique index users_email on users (lower(email));

-- who a person is for an identity provider: its address and the id that it never gives to another
create table user_identities (
  issuer text not null,
  subject text not null,
  user_id uuid not null references users on delete cascade,
  created_at timestamptz(3) not null default now(),
  primary key (issuer, subject)
);
create index user_identities_user on user_identities (user_id);`;

const ORGANIZATIONS = `
create table members (
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'member')),
  created_at timestamptz(3) not null default now(),
  primary key (organization_id, user_id)
);
create index members_user on members (user_id);

create table teams (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  name text not null,
  -- the value of the sign-in's claim that makes a member of the organization one of the team
  sign_in_group text,
  created_at timestamptz(3) not null default now(),
  unique (organization_id, name),
  unique (organization_id, id)
);

create table team_members (
  organization_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  -- a sign-in takes away only what a sign-in gave
  source text not null check (source in ('person', 'sign_in')),
  created_at timestamptz(3) not null default now(),
  primary key (team_id, user_id),
  foreign key (organization_id, team_id) references teams (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references members on delete cascade
);
create index team_members_member on team_members (organization_id, user_id);
create index team_members_team on team_members (organization_id, team_id);`;

const PROJECTS = `
create table projects (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  name text not null,
  created_at timestamptz(3) not null default now(),
  unique (organization_id, name),
  unique (organization_id, id)
);
insert into projects (organization_id, name) select id, 'default' from organizations;

-- every organization has it, so that whoever names no project has one
create function give_default_project() returns trigger language plpgsql as $$
begin
  insert into projects (organization_id, name) values (new.id, 'default');
  return new;
end $$;
create trigger organization_has_default_project after insert on organizations
  for each row execute function give_default_project();

alter table workspaces add column project_id uuid;
update workspaces w set project_id = p.id from projects p where p.organization_id = w.organization_id and p.name = 'default';

create function take_default_project() returns trigger language plpgsql as $$
begin
  new.project_id := (select id from projects where organization_id = new.organization_id and name = 'default');
  return new;
end $$;
create trigger workspace_has_project before insert on workspaces
  for each row when (new.project_id is null) execute function take_default_project();

alter table workspaces alter column project_id set not null,
  add foreign key (organization_id, project_id) references projects (organization_id, id);
create index workspaces_project on workspaces (organization_id, project_id);
create unique index workspaces_of_organization on workspaces (organization_id, id);`;

const GRANTS = `
create table grants (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  team_id uuid,
  user_id uuid,
  -- neither: the whole organization
  project_id uuid,
  workspace_id uuid,
  role text not null check (role in ('viewer', 'planner', 'operator', 'admin')),
  created_at timestamptz(3) not null default now(),
  constraint grant_is_for_one check (num_nonnulls(team_id, user_id) = 1),
  constraint grant_is_on_one check (num_nonnulls(project_id, workspace_id) <= 1),
  foreign key (organization_id, team_id) references teams (organization_id, id) on delete cascade,
  foreign key (organization_id, user_id) references members on delete cascade,
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade,
  foreign key (organization_id, workspace_id) references workspaces (organization_id, id) on delete cascade
);
create unique index grants_one on grants
  (organization_id, coalesce(team_id, user_id), coalesce(project_id, workspace_id, organization_id));
create index grants_team on grants (organization_id, team_id);
create index grants_user on grants (organization_id, user_id);
create index grants_project on grants (organization_id, project_id);
create index grants_workspace on grants (organization_id, workspace_id);`;

const KEYS = `
alter table api_keys
  alter column organization_id drop not null,
  add column kind text not null default 'service' check (kind in ('user', 'service')),
  add column user_id uuid references users on delete cascade,
  add column role text check (role in ('viewer', 'planner', 'operator', 'admin', 'owner')),
  -- what is shown of it afterwards
  add column prefix text not null default '',
  add column created_by text not null default 'system:berth',
  add column expires_at timestamptz(3),
  add column last_used_at timestamptz(3),
  -- restricted to projects and workspaces; where all of those are deleted, it opens nothing
  add column restricted boolean not null default false;
update api_keys set role = 'owner';
alter table api_keys
  add constraint users_key_has_user check ((kind = 'user') = (user_id is not null)),
  add constraint service_key_has_place check ((kind = 'service') = (organization_id is not null and role is not null));
create index api_keys_organization on api_keys (organization_id);
create index api_keys_user on api_keys (user_id);
create index api_keys_over on api_keys (least(revoked_at, expires_at));

create table api_key_places (
  api_key_id uuid not null references api_keys on delete cascade,
  organization_id uuid not null references organizations on delete cascade,
  project_id uuid,
  workspace_id uuid,
  constraint key_place_is_one check (num_nonnulls(project_id, workspace_id) = 1),
  foreign key (organization_id, project_id) references projects (organization_id, id) on delete cascade,
  foreign key (organization_id, workspace_id) references workspaces (organization_id, id) on delete cascade
);
create unique index api_key_places_one on api_key_places (api_key_id, coalesce(project_id, workspace_id));
create index api_key_places_project on api_key_places (organization_id, project_id);
create index api_key_places_workspace on api_key_places (organization_id, workspace_id);`;

const SESSIONS = `
create table user_sessions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  address text not null,
  user_agent text not null,
  -- what the identity provider wants to see at a sign-out, encrypted by the api
  sealed_id_token bytea
);
create index user_sessions_user on user_sessions (user_id);
create index user_sessions_expires on user_sessions (expires_at);

-- signs one person in, once; without a user, whoever opens it becomes the first owner
create table sign_in_links (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references users on delete cascade,
  token_hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);
create index sign_in_links_user on sign_in_links (user_id);
create index sign_in_links_expires on sign_in_links (expires_at);

-- a command line that waits for a person to let it in (RFC 8628)
create table device_sign_ins (
  id uuid primary key default gen_random_uuid(),
  device_code_hash bytea not null unique,
  user_code text not null unique,
  client_name text not null,
  address text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  polled_at timestamptz(3),
  user_id uuid references users on delete cascade,
  answer text check (answer in ('approved', 'denied'))
);
create index device_sign_ins_user on device_sign_ins (user_id);
create index device_sign_ins_expires on device_sign_ins (expires_at);

-- a command line that waits behind a redirect (RFC 6749 with RFC 7636)
create table authorization_codes (
  code_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  client_id text not null,
  redirect_uri text not null,
  code_challenge text not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  -- made with it; a code that is shown twice takes it back
  api_key_id uuid references api_keys on delete set null
);
create index authorization_codes_user on authorization_codes (user_id);
create index authorization_codes_key on authorization_codes (api_key_id);
create index authorization_codes_expires on authorization_codes (expires_at);`;

/** Who queued it: a user's or a key's id, which an actor's name is not. */
const TASKS = `alter table tasks add column queued_by text;`;
