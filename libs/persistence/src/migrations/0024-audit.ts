import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What anyone changed, or wanted to. Rows are only ever added, and taken away by age. */
export class Audit1763640000024 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
create table audit_records (
  id bigint generated always as identity primary key,
  -- no reference: the record of an organization's end outlives it
  organization_id uuid,
  at timestamptz(3) not null default clock_timestamp(),
  actor text not null,
  -- user:<id> or key:<id>
  principal text,
  session_id uuid,
  api_key_id uuid,
  address text not null,
  user_agent text not null,
  request_id text not null,
  operation text not null,
  object_type text not null,
  object_id text not null,
  object_name text,
  before jsonb,
  after jsonb,
  outcome text not null check (outcome in ('done', 'refused')),
  status int,
  code text
);
create index audit_records_listed on audit_records (organization_id, id desc);
create index audit_records_at on audit_records (at);

create function keep_audit_records() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and current_setting('berth.audit_retention', true) = 'on' then
    return old;
  end if;
  raise exception 'audit records are only ever added';
end $$;
create trigger audit_records_stay before update or delete on audit_records
  for each row execute function keep_audit_records();`);
  }

  async down(): Promise<void> {
    throw new Error('audit records are not taken away: restore a backup');
  }
}
