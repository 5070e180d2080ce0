import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who an agent is, and how its session proves it: a secret of its own beside its pool's token, a key that signs its messages,
 * and the user that it has on the broker. Sessions of before have none of that: their agents begin new ones.
 */
export class WhoSpeaks1763640000032 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table agent_identities (
  agent_id text primary key,
  organization_id uuid not null references organizations,
  pool_id uuid not null references pools,
  secret_hash bytea not null check (length(secret_hash) = 32),
  created_at timestamptz not null default now()
);
create index agent_identities_organization on agent_identities (organization_id);
create index agent_identities_pool on agent_identities (pool_id);

update agent_sessions set ended_at = now() where ended_at is null;
alter table agent_sessions
  add column message_key bytea check (length(message_key) = 32),
  add column broker_user text,
  add column token_id uuid references agent_tokens on delete set null;
create index agent_sessions_token on agent_sessions (token_id);
create index agent_sessions_open_of_agent on agent_sessions (agent_id) where ended_at is null;
create index agent_sessions_broker_user on agent_sessions (broker_user) where broker_user is not null and ended_at is null;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
drop index agent_sessions_broker_user;
drop index agent_sessions_open_of_agent;
alter table agent_sessions drop column token_id, drop column broker_user, drop column message_key;
drop table agent_identities;
`);
  }
}
