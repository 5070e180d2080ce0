import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A letter whose tenant nobody can tell has no organization. It outlives its task, so it does not refer to it.
 * The same message, delivered twice, is one letter: same id and same bytes, because ids come from outside.
 */
export class DeadLetters1763640000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEAD_LETTERS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table dead_letters');
  }
}

const DEAD_LETTERS = `
create table dead_letters (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references organizations,
  task_id uuid,
  attempt int,
  source text not null,
  message_id text,
  message_type text,
  routing_key text,
  reason text not null,
  content bytea not null,
  size_bytes bigint not null,
  headers jsonb not null default '{}',
  first_at timestamptz(3) not null default now(),
  replayed_at timestamptz(3),
  discarded_at timestamptz(3),
  created_at timestamptz(3) not null default now(),
  check (replayed_at is null or discarded_at is null)
);
create index dead_letters_newest on dead_letters (created_at desc, id desc);
create index dead_letters_open on dead_letters (created_at desc, id desc)
  where replayed_at is null and discarded_at is null;
create unique index dead_letters_message on dead_letters (message_id, md5(content));
`;
